/** Beside a record's way: what is told of an application while it happens, to whoever in the process wants to hear it. */

/** What each channel of `node:diagnostics_channel` is told, by its name. Times are lengths in ms. */
export interface DiagnosticEvents {
  /** A task had its turn: up to 256 records. */
  readonly 'millrace:batch': {
    readonly application: string;
    readonly task: string;
    /** Processed, timers that were called among them. */
    readonly records: number;
    readonly duration: number;
  };
  /** An epoch is durable: outputs, state and offsets. */
  readonly 'millrace:commit': { readonly application: string; readonly duration: number };
  /** The group has dealt out its tasks anew, and this instance has given up and taken its own. */
  readonly 'millrace:rebalance': {
    readonly application: string;
    readonly generation: number;
    /** All that it has now; what it has not had before; what it has no more. */
    readonly tasks: readonly string[];
    readonly added: readonly string[];
    readonly revoked: readonly string[];
    /** Since it began to join. */
    readonly duration: number;
  };
  /** A task has records and makes no progress, or does so again. */
  readonly 'millrace:stall': {
    readonly application: string;
    readonly task: string;
    readonly stalled: boolean;
    /** What it waits for, or has waited for. */
    readonly reason: string;
    readonly duration: number;
  };
  /** Something failed, and somebody has decided about it. */
  readonly 'millrace:error': {
    readonly application: string;
    /** With its code and place; its message quotes a record only where a function of the application has thrown it. */
    readonly error: unknown;
    /** Of a record: `retry`, `continue`, `deadLetter` or `fail`; of the instance: `shutdown`, `shutdown-application` or `replace`. */
    readonly decision: string;
  };
  /** A store is being restored from its changelog, or is now. */
  readonly 'millrace:restore': {
    readonly application: string;
    readonly task: string;
    readonly store: string;
    /** Changelog. */
    readonly topic: string;
    readonly partition: number;
    readonly phase: 'start' | 'end';
    /** To be read at the start, exclusive of what is on disk; read at the end. */
    readonly records: number;
  };
  /** The instance is in another state. */
  readonly 'millrace:state': { readonly application: string; readonly state: string; readonly before: string };
}

export type DiagnosticName = keyof DiagnosticEvents;

/** One application's way to those who listen. */
export interface EventChannels {
  /** Whether somebody hears of batches: nothing is measured for nobody. */
  readonly hearsBatches: boolean;
  tell<Name extends DiagnosticName>(name: Name, event: Omit<DiagnosticEvents[Name], 'application'>): void;
}

/** Nobody listens. */
export const NO_EVENTS: EventChannels = {
  hearsBatches: false,
  tell() {
    // There is nobody.
  },
};
