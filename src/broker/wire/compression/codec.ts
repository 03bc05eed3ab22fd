/** What a codec does: whole buffers, at once, since a record is read and written synchronously. */

export interface CompressionCodec {
  /** @throws Error when the input is damaged */
  decompress(input: Buffer): Buffer;
  compress(input: Buffer): Buffer;
}
