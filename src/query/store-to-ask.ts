/** What must be known of a store to ask it, wherever its parts are. */
import type { Serde } from '../serde/serde.js';

export interface StoreToAsk {
  readonly name: string;
  readonly kind: string;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  /** What its serdes see as their topic. */
  readonly topic: string;
  /** Every instance has it whole. */
  readonly whole: boolean;
  /** Those that have a part of it, by partition; null stands for the instance itself. */
  readonly tasks: readonly (string | null)[];
  /** Whose part has a key, by its bytes and the default partitioner. */
  taskOf(key: Buffer): string | null;
}

/** Who has a task. */
export interface Owner {
  readonly host: string | null;
  readonly isHere: boolean;
}
