/** The text beside a committed offset: the times of partition and operators, in Kafka Streams' own bytes, so that either side can go on. */

const VERSION_WITH_EXTRAS = 2;
const VERSION_PLAIN = 1;
/** Version and partition time. */
const FIXED_BYTES = 9;
/** Length before, and value behind, each name. */
const EXTRA_BYTES = 12;
const FIRST_TOO_LARGE = 2 ** 63;
const MOST = 2n ** 63n - 1n;

/** What a task needs to know, besides the offset, to go on as if it had never been interrupted. */
export interface OffsetMetadata {
  /** Highest timestamp taken from the partition, -1 when unknown. */
  readonly partitionTime: number;
  /** Times that operators have observed, by their names. */
  readonly operatorTimes: ReadonlyMap<string, number>;
}

const UNKNOWN: OffsetMetadata = { partitionTime: -1, operatorTimes: new Map() };

/**
 * Base64 of version (1 byte), partition time (8 bytes) and, where there are any, number (4) and list of operator times:
 * length of the name (4), name, time (8). Kafka Streams: `TopicPartitionMetadata` with `ProcessorMetadata`.
 */
export function encodeOffsetMetadata(partitionTime: number, operatorTimes: ReadonlyMap<string, number>): string {
  const names = [...operatorTimes.keys()].map((name) => Buffer.from(name, 'utf8'));
  const extras = names.reduce((sum, name) => sum + EXTRA_BYTES + name.length, names.length === 0 ? 0 : 4);
  const bytes = Buffer.alloc(FIXED_BYTES + extras);
  bytes.writeInt8(VERSION_WITH_EXTRAS, 0);
  // The time of a record beyond the safe numbers is rounded here, maybe to what 64 bits do not hold.
  bytes.writeBigInt64BE(partitionTime >= FIRST_TOO_LARGE ? MOST : BigInt(partitionTime), 1);
  if (names.length === 0) return bytes.toString('base64');
  let at = bytes.writeInt32BE(names.length, FIXED_BYTES);
  let index = 0;
  for (const time of operatorTimes.values()) {
    const name = names[index++]!;
    at = bytes.writeInt32BE(name.length, at);
    at += name.copy(bytes, at);
    at = bytes.writeBigInt64BE(BigInt(time), at);
  }
  return bytes.toString('base64');
}

/** Unknown times when the text is empty, cut off or of a version that is not known. */
export function decodeOffsetMetadata(metadata: string): OffsetMetadata {
  const bytes = Buffer.from(metadata, 'base64');
  if (bytes.length < FIXED_BYTES) return UNKNOWN;
  const version = bytes.readInt8(0);
  if (version !== VERSION_WITH_EXTRAS && version !== VERSION_PLAIN) return UNKNOWN;
  const partitionTime = Number(bytes.readBigInt64BE(1));
  return { partitionTime, operatorTimes: version === VERSION_PLAIN ? new Map() : decodeTimes(bytes) };
}

function decodeTimes(bytes: Buffer): Map<string, number> {
  const times = new Map<string, number>();
  let at = FIXED_BYTES;
  const left = bytes.length < at + 4 ? 0 : bytes.readInt32BE(at);
  at += 4;
  for (let i = 0; i < left; i++) {
    if (bytes.length < at + 4) break;
    const end = at + 4 + bytes.readInt32BE(at);
    if (end < at + 4 || bytes.length < end + 8) break;
    times.set(bytes.toString('utf8', at + 4, end), Number(bytes.readBigInt64BE(end)));
    at = end + 8;
  }
  return times;
}
