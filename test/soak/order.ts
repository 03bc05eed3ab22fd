/** What an instance of the soaked application is told, and what it says. */

export interface SoakTopics {
  readonly clicks: string;
  readonly views: string;
  readonly finals: string;
  readonly joined: string;
  readonly plain: string;
  readonly copies: string;
  /** Every topic whose name begins so is copied. */
  readonly extraPrefix: string;
}

/** On its command line. */
export interface SoakOrder {
  /** Root of a checkout whose `dist` is built. */
  readonly millrace: string;
  readonly name: string;
  readonly applicationId: string;
  readonly brokers: string[];
  readonly stateDir: string;
  readonly topics: SoakTopics;
  readonly windowMs: number;
  readonly graceMs: number;
  readonly joinMs: number;
  /** Clicks whose number can be divided by it are joined. */
  readonly joinEvery: number;
  /** What one call of a user's function in a thousand takes. */
  readonly costMs: number;
  /** It collects all garbage before a sample so often, so that what is left is in use. */
  readonly collectEveryMs: number;
}

export type SoakRequest = { readonly kind: 'clock'; readonly offsetMs: number } | { readonly kind: 'close' };

export interface Measurement {
  readonly residentMiB: number;
  /** Of the main thread. */
  readonly heapUsedMiB: number;
  /** Outside of the heap, but held by what is in it; buffers are among it. LevelDB's own memory is not. */
  readonly externalMiB: number;
  readonly arrayBuffersMiB: number;
  /** Whether all garbage was collected just before. */
  readonly collected: boolean;
  /** Open files, sockets, timers. */
  readonly handles: number;
  /** The longest time for which its event loop stood still, of the last second, less what it waited for a processor. */
  readonly stallMs: number;
  /** The longest that its event loop waited for a processor at a time, in the last second. */
  readonly starvedMs: number;
  readonly processed: number;
  readonly lag: number | null;
}

export type SoakWord =
  | { readonly kind: 'state' | 'warn' | 'error'; readonly text: string }
  | ({ readonly kind: 'measurement' } & Measurement);
