/** What the left side of a foreign-key join tells the right one about a row: that it wants the value of a key, or no longer. */
import { undecodable } from './serde-error.js';
import type { Serde } from './serde.js';

/** What the right side is to do. Kafka Streams: `SubscriptionWrapper.Instruction`. */
export const INSTRUCTION = {
  /** Forget the subscription, without an answer. */
  forget: 0,
  /** Forget the subscription and answer that there is no value. */
  forgetAndAnswerNull: 1,
  /** Remember the subscription and answer with the value, or that there is none. */
  answer: 2,
  /** Remember the subscription and answer if there is a value. */
  answerIfPresent: 3,
} as const;

export type Instruction = (typeof INSTRUCTION)[keyof typeof INSTRUCTION];

/** The newest version; the one before it does not name the partition. */
const VERSION = 1;
const HASH_IS_NULL = 0x80;
const HASH_BYTES = 16;
const PARTITION_BYTES = 4;

/** Kafka Streams: `SubscriptionWrapper`. The primary key stays in the bytes that the left side gave it. */
export class Registration {
  constructor(
    readonly instruction: Instruction,
    /** Fingerprint of the left row, null when it is deleted. */
    readonly hash: Buffer | null,
    readonly primaryKey: Buffer,
    /** Partition of the left row, where the answer belongs; -1 when an old version did not say. */
    readonly partition: number,
  ) {}
}

/**
 * Version and a bit for "no hash" (1 byte), instruction (1), hash (16, unless null), primary key, partition (4, from version 1).
 * Kafka Streams: `SubscriptionWrapperSerde`.
 */
class RegistrationSerde implements Serde<Registration> {
  readonly keepsNoBytes = true;

  serialize({ instruction, hash, primaryKey, partition }: Registration): Buffer {
    const version = partition < 0 ? 0 : VERSION;
    const head = 2 + (hash === null ? 0 : HASH_BYTES);
    const bytes = Buffer.allocUnsafe(head + primaryKey.length + (version === 0 ? 0 : PARTITION_BYTES));
    bytes[0] = hash === null ? version | HASH_IS_NULL : version;
    bytes[1] = instruction;
    hash?.copy(bytes, 2);
    primaryKey.copy(bytes, head);
    if (version > 0) bytes.writeInt32BE(partition, bytes.length - PARTITION_BYTES);
    return bytes;
  }

  deserialize(bytes: Buffer): Registration {
    const version = (bytes[0] ?? HASH_IS_NULL) & ~HASH_IS_NULL;
    const instruction = bytes[1];
    const head = headOf(bytes);
    const end = bytes.length - (version === 0 ? 0 : PARTITION_BYTES);
    if (instruction === undefined || instruction > INSTRUCTION.answerIfPresent || version > VERSION || end < head) {
      throw undecodable('these bytes are no registration of a foreign-key join of a version that is known');
    }
    // Copied: the key and the hash outlive the fetched batch.
    const own = Buffer.from(bytes);
    return new Registration(instruction as Instruction, hashOf(own), own.subarray(head, end), partitionOf(own));
  }
}

/** Reads the fingerprint out of a registration that is known to be sound. */
export function hashOf(registration: Buffer): Buffer | null {
  return ((registration[0] as number) & HASH_IS_NULL) === 0 ? registration.subarray(2, 2 + HASH_BYTES) : null;
}

/** Reads the partition out of a registration that is known to be sound. */
export function partitionOf(registration: Buffer): number {
  const version = (registration[0] as number) & ~HASH_IS_NULL;
  return version === 0 ? -1 : registration.readInt32BE(registration.length - PARTITION_BYTES);
}

function headOf(bytes: Buffer): number {
  return ((bytes[0] ?? 0) & HASH_IS_NULL) === 0 ? 2 + HASH_BYTES : 2;
}

export const registrationSerde: Serde<Registration> = Object.freeze(new RegistrationSerde());
