/** Kafka's longs as JavaScript numbers: exact up to 2^53, which timestamps and offsets stay below. */

const TWO_32 = 0x1_0000_0000;

export function writeInt64(target: Buffer, value: number, at: number): void {
  target.writeInt32BE(Math.floor(value / TWO_32), at);
  target.writeUInt32BE(value >>> 0, at + 4);
}

export function readInt64(source: Buffer, at: number): number {
  return source.readInt32BE(at) * TWO_32 + source.readUInt32BE(at + 4);
}
