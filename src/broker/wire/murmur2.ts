/** Kafka's hash of a key, which decides its partition: what Java writes to a partition, we must find there. */

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** MurmurHash2 in 32 bits with Kafka's seed, signed as in Java. */
export function murmur2(bytes: Buffer): number {
  const size = bytes.length;
  const whole = size & ~3;
  let hash = SEED ^ size;
  for (let at = 0; at < whole; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  const rest = size - whole;
  if (rest > 2) hash ^= bytes[whole + 2]! << 16;
  if (rest > 1) hash ^= bytes[whole + 1]! << 8;
  if (rest > 0) hash = Math.imul(hash ^ bytes[whole]!, MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** The partition that Java's default partitioner takes for a key that is not null. */
export function murmur2Partition(key: Buffer, partitions: number): number {
  // Not the absolute value: Java drops the sign bit.
  return (murmur2(key) & 0x7fff_ffff) % partitions;
}
