/** What operators have in common that make one result of several records: where somebody follows those, the result is followed too. */
import type { Headers } from '../record/headers.js';
import { RunningNode } from './node.js';

/** Knows which traces the records in a result belong to. */
export interface ResultTraces {
  /** A record comes in. */
  note(key: unknown, timestamp: number, headers: Headers): void;
  /** A result goes out. @returns what travels on as its headers */
  headersOf(key: unknown, headers: Headers): Headers;
}

export abstract class MergingNode extends RunningNode {
  /** Null: the application has no tracing. */
  private traces: ResultTraces | null = null;

  /** Called before the first record. */
  traceResults(traces: ResultTraces): void {
    this.traces = traces;
  }

  override receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.noteTrace(key, timestamp, headers);
    super.receive(key, value, timestamp, headers);
  }

  /** For whoever calls {@link process} in place of {@link receive}: a record comes in. */
  noteTrace(key: unknown, timestamp: number, headers: Headers): void {
    if (this.traces !== null && headers.length > 0) this.traces.note(key, timestamp, headers);
  }

  protected override forward(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { traces } = this;
    super.forward(key, value, timestamp, traces === null ? headers : traces.headersOf(key, headers));
  }
}
