/** A topology and its input as plain data: what the generator draws, and what both sides build and run alike. */

/** A user function: its name in the table of functions that both sides have, and its arguments. */
export interface Call {
  readonly fn: string;
  readonly [argument: string]: Plain;
}

export type Plain =
  string | number | boolean | null | undefined | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/**
 * One operator. `in` names what it is called on, by the `out` of the step that made it; an operator with two inputs has
 * `with` as well. Every other property belongs to the operator.
 */
export interface Step {
  readonly op: string;
  readonly in?: string;
  readonly with?: string;
  /** What the operator makes: one thing, or several (the branches of a split). */
  readonly out?: string | readonly string[];
  readonly [property: string]: Plain;
}

/** Bytes that are no value of any type but text. */
export interface RawBytes {
  readonly hex: string;
}

/** A record to pipe in. A string is written by the string serde, a number by that of 64-bit integers. */
export interface InputRecord {
  readonly topic: string;
  readonly key: string | number | null;
  readonly value: string | number | RawBytes | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly headers?: readonly (readonly [key: string, value: string | null])[];
}

/** Moves the wall clock instead, ms. */
export interface ClockAdvance {
  readonly advance: number;
}

export type Input = InputRecord | ClockAdvance;

export interface Plan {
  readonly optimize: 'none' | 'all' | readonly string[];
  /** 0 switches caching off everywhere. */
  readonly cacheBytes: number;
  /** Least wall time between two emissions of what time has made final, ms. Default 0. */
  readonly emitInterval?: number;
  /** What stores of operators on disk keep beside values. Default: no headers. */
  readonly storeFormat?: 'headers';
  /** Default `fail`: what to do when a function throws. */
  readonly onError?: 'fail' | 'continue';
  /** Default `fail`: what to do with a record that cannot be decoded. */
  readonly onUndecodable?: 'fail' | 'continue';
  readonly steps: readonly Step[];
  readonly inputs: readonly Input[];
}

/** Bytes as text where they are printable ASCII without a leading `#`, else `#` and hexadecimal digits. */
export type BytesText = string;

export interface WrittenRecord {
  /** Index of the input that brought it about. */
  readonly input: number;
  readonly topic: string;
  readonly key: BytesText | null;
  readonly value: BytesText | null;
  readonly time: number | null;
  readonly headers: readonly (readonly [key: string, value: BytesText | null])[];
}

/** What a store with a retention shows without a cache. */
export interface Visible {
  readonly by: 'start' | 'end';
  readonly first: number;
}

/** What a side makes of a plan. */
export interface Answer {
  /** Text of the error with which the topology could not be built. Everything else is then empty. */
  readonly refused?: string;
  /** The input during which it died, and the text of the error. */
  readonly died?: { readonly input: number; readonly error: string };
  readonly describe: string;
  /** By topic in the order of writing. */
  readonly records: readonly WrittenRecord[];
  /** What `peek` and `foreach` saw, in order: `input step key value`. */
  readonly seen: readonly string[];
  /** What `print` wrote, by step. */
  readonly printed: Readonly<Record<string, readonly string[]>>;
  /** Entries of each store as text, in the order of the store. */
  readonly stores: Readonly<Record<string, readonly string[]>>;
  /** Of ours: the earliest start that each window store still shows; of session stores the earliest end. */
  readonly visibleFrom?: Readonly<Record<string, Visible>>;
  /** Of ours: the first input that closed a window which the JVM cannot see any more, and so does not emit. */
  readonly loses?: number;
  /** Records dropped, as counted. */
  readonly dropped: number;
  /** Of the JVM: texts of the errors that its handler has passed over, each once. */
  readonly passedOver?: readonly string[];
}

/** Applications and their internal topics are called alike on both sides. */
export const APPLICATION = 'parity';

/** What a step makes, as a list. */
export function outputsOf(step: Step): readonly string[] {
  if (step.out === undefined) return [];
  return typeof step.out === 'string' ? [step.out] : step.out;
}

/** What a step needs. */
export function inputsOf(step: Step): readonly string[] {
  return [step.in, step.with].filter((name): name is string => name !== undefined);
}

/** Bytes as an answer shows them. */
export function bytesText(bytes: Buffer): BytesText {
  const text = bytes.toString('latin1');
  return /^(?!#)[\x20-\x7e]*$/.test(text) ? text : `#${bytes.toString('hex')}`;
}

/** The text of the topology, the same on both sides: a function that names topics is shown by its class there, by its name here. */
export function described({ describe }: Answer): string {
  return describe.replaceAll(/\(extractor class: .*\)$/gm, '(extractor class: ...)');
}
