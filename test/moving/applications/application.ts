/** An application that is written twice, here and in jvm/, so that it can move from one to the other. */
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { InputKind } from '../inputs.js';

export interface MovingApplication {
  /** As in jvm/src/main/java/millrace/moving. */
  readonly name: string;
  /** How it runs on both sides. Default at-least-once. */
  readonly guarantee?: 'exactly-once';
  /** What stores keep beside values, on both sides. Default: no headers. */
  readonly storeFormat?: 'headers';
  /** What is written to its input topics, one each. */
  readonly inputs: readonly InputKind[];
  /** Writes the topology. */
  readonly write: (builder: StreamsBuilder, inputs: readonly string[], output: string) => void;
  /**
   * What is certain of the output: the whole sequence of each partition, or, where records of several tasks meet in an
   * internal topic in no certain order, only what each key has in the end.
   */
  readonly certain: 'sequence' | 'last';
  /**
   * Given where a restart makes a difference on the JVM already, so that of what comes after the move only the stores that
   * are named here can be compared.
   */
  readonly certainAfterRestart?: readonly string[];
  /** All its stores with a changelog; `$0` stands for the name of the first input topic. */
  readonly changelogs: readonly string[];
  /** Of these, and `output`, the ones whose records have times that differ from run to run, as that of writing does. */
  readonly untimed?: readonly string[];
  /**
   * The ones whose keys end in a sequence number, which begins anew with every start on the JVM and goes on here: after the
   * move it is not compared.
   */
  readonly numbered?: readonly string[];
  /**
   * Length of its windows, ms, if they are emitted when they close. The time committed for that is the same as far as it
   * matters, by the number of closed windows: the JVM moves it on only when there is one more.
   */
  readonly closing?: number;
  /** The ones that keep every version of a key: all of them are compared. */
  readonly versioned?: readonly string[];
}

export const TEXTS = { key: serdes.string(), value: serdes.string() };

/** Joins two values, either of which may be missing. */
export function both(left: string | null, right: string | null): string {
  return `${String(left)}+${String(right)}`;
}

/** The part of a value `<group>:<number>` before the colon. */
export function groupOf(value: string): string {
  return value.slice(0, value.indexOf(':'));
}

/** The part behind it. */
export function numberOf(value: string): number {
  return Number(value.slice(value.indexOf(':') + 1));
}
