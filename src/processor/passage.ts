/** How records come into a node and go on to the next one: what happens for each record at each node stands here. */
import type { Headers } from '../record/headers.js';
import type { RecordView } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { LongCalls } from './long-calls.js';

/** The node of a passage. */
interface PassedNode {
  readonly name: string;
  readonly task: string;
  readonly record: RecordView;
  process(key: unknown, value: unknown, timestamp: number, headers: Headers): void;
  /** It threw. */
  caught(error: unknown, key: unknown, value: unknown, timestamp: number, headers: Headers, attempts: number): void;
}

/** Knows which traces the records in a result belong to, where a node makes one result of several records. */
export interface ResultTraces {
  /** A record comes in. */
  note(key: unknown, timestamp: number, headers: Headers): void;
  /** A result goes out. @returns what travels on as its headers */
  headersOf(key: unknown, headers: Headers): Headers;
}

/**
 * One of each node, and all of one class: V8 compiles the way between nodes once and for one shape, however many kinds of nodes a topology
 * has. Were this in the nodes themselves, each of a dozen fields would be looked up by the kind of its node, for every record.
 */
export class Passage {
  /** Records that the node was given; of those that are tried again, once. */
  taken = 0;
  private readonly next: Passage[] = [];
  /** The one node behind this one, as most have; null: there is none, or more than one. */
  private only: Passage | null = null;
  /** Null: the node makes no result of several records, or nobody follows any. */
  private traces: ResultTraces | null = null;

  constructor(
    private readonly node: PassedNode,
    private readonly longCalls: LongCalls,
    private readonly turn: Turn,
  ) {}

  leadTo(next: Passage): void {
    this.next.push(next);
    this.only = this.next.length === 1 ? next : null;
  }

  /** To be called before the first record. */
  traceResults(traces: ResultTraces): void {
    this.traces = traces;
  }

  /** `process` of the node, with an error caught at the innermost node that threw, as Kafka Streams does. */
  // Not by note() and attempt(): two calls more at each node take their part of what V8 compiles in place.
  receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { node, traces } = this;
    if (traces !== null && headers.length > 0) traces.note(key, timestamp, headers);
    this.taken += 1;
    this.entered();
    try {
      node.process(key, value, timestamp, headers);
    } catch (error) {
      node.caught(error, key, value, timestamp, headers, 1);
    }
  }

  /** As {@link receive}, of a record that the node was given before. */
  attempt(key: unknown, value: unknown, timestamp: number, headers: Headers, attempts: number): void {
    const { node } = this;
    this.entered();
    try {
      node.process(key, value, timestamp, headers);
    } catch (error) {
      node.caught(error, key, value, timestamp, headers, attempts);
    }
  }

  /** For whoever calls the node's `process` by himself: a record comes in. */
  note(key: unknown, timestamp: number, headers: Headers): void {
    if (this.traces !== null && headers.length > 0) this.traces.note(key, timestamp, headers);
  }

  /** From here on the time is this node's. */
  entered(): void {
    const { longCalls: calls } = this;
    if (calls.pulse[0] !== calls.seen) calls.passed();
    calls.current = this.node;
  }

  /** Emits a record: at once, or behind what an earlier result of the same record has left for another slice of time. */
  forward(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { only, traces } = this;
    const carried = traces === null ? headers : traces.headersOf(key, headers);
    if (only !== null && !this.turn.cut) only.receive(key, value, timestamp, carried);
    else this.forwardFrom(0, key, value, timestamp, carried);
  }

  /** As {@link forward}, to one of the next nodes alone. */
  forwardTo(next: Passage, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (this.turn.cut) this.forwardToLater(next, key, value, timestamp, headers);
    else next.receive(key, value, timestamp, headers);
  }

  private forwardFrom(first: number, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { next, turn } = this;
    for (let i = first; i < next.length; i++) {
      if (turn.cut) {
        this.forwardLater(i, key, value, timestamp, headers);
        return;
      }
      (next[i] as Passage).receive(key, value, timestamp, headers);
    }
  }
  // Closures stand in methods of their own: in one that runs for every record they would cost each of them a scope.

  private forwardLater(first: number, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.turn.later(() => {
      this.forwardFrom(first, key, value, timestamp, headers);
      return true;
    });
  }

  private forwardToLater(next: Passage, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.turn.later(() => {
      next.receive(key, value, timestamp, headers);
      return true;
    });
  }
}
