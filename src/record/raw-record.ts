/** A record's key and value as they were read. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}
