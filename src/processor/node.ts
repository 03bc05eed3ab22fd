/** What every operator at run time is: a node that gets records and forwards others to its children, by plain calls. */
import type { Headers } from '../record/headers.js';
import type { Continuation, Turn } from '../record/turn.js';
import type { RecordView } from '../record/record-context.js';
import type { NodeContext } from './context.js';
import type { LongCalls } from './long-calls.js';

/**
 * A node of a running task. `process` is synchronous. On the edges of a table, `value` is a `Change`.
 * Kafka Streams: `ProcessorNode` together with its `Processor`.
 */
export abstract class RunningNode {
  private readonly children: RunningNode[] = [];
  /** The one child, as of most nodes; null: there is none, or more than one. */
  private only: RunningNode | null = null;
  private readonly longCalls: LongCalls;
  private readonly turn: Turn;
  /** Records that it was given; of those that are tried again, once. */
  taken = 0;

  constructor(
    readonly name: string,
    protected readonly context: NodeContext,
  ) {
    this.longCalls = context.longCalls;
    this.turn = context.turn;
  }

  /** Id of the task. */
  get task(): string {
    return this.context.taskId;
  }

  /** The record that the task is at. */
  get record(): RecordView {
    return this.context.record;
  }

  addChild(child: RunningNode): void {
    this.children.push(child);
    this.only = this.children.length === 1 ? child : null;
  }

  get childNames(): readonly string[] {
    return this.children.map((child) => child.name);
  }

  child(name: string): RunningNode | undefined {
    return this.children.find((child) => child.name === name);
  }

  /** Called once all nodes exist and the stores are open. */
  init(): void {
    // Most operators have nothing to prepare.
  }

  /** Called once, after the last record and before the stores are closed. */
  close(): void | Promise<void> {
    // Most operators have nothing to clear up.
  }

  abstract process(key: unknown, value: unknown, timestamp: number, headers: Headers): void;

  /** `process`, with an error caught at the innermost node that threw, as Kafka Streams does. */
  receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.taken += 1;
    this.entered();
    try {
      this.process(key, value, timestamp, headers);
    } catch (error) {
      this.caught(error, key, value, timestamp, headers, 1);
    }
  }

  /** Whether this node does the same again when it gets the record again at which a user's function threw. */
  protected get repeatable(): boolean {
    return true;
  }

  /** Leaves another call with the task's turn: what follows of this record comes after it. */
  protected callLater(call: () => void): void {
    this.turn.later(() => {
      call();
      return true;
    });
  }

  /** Nothing was handed on since {@link entered}: no other node was entered, and nothing was left for later. */
  protected get untouched(): boolean {
    return this.longCalls.current === this && !this.turn.cut;
  }

  /** As {@link receive}, once more. */
  protected attempt(key: unknown, value: unknown, timestamp: number, headers: Headers, attempts: number): void {
    this.entered();
    try {
      this.process(key, value, timestamp, headers);
    } catch (error) {
      this.caught(error, key, value, timestamp, headers, attempts);
    }
  }

  private caught(
    error: unknown,
    key: unknown,
    value: unknown,
    timestamp: number,
    headers: Headers,
    attempts: number,
  ): void {
    const again = (): void => {
      this.callLater(() => {
        this.attempt(key, value, timestamp, headers, attempts + 1);
      });
    };
    const mayRetry = this.untouched && this.repeatable;
    this.context.failed(this.name, error, key, value, mayRetry ? again : null, attempts);
  }

  /** Has the rest of a record's results emitted in another slice of time. An error then is one of this record, as now. */
  protected finishLater(goOn: Continuation, key: unknown, value: unknown): void {
    this.turn.later(() => {
      try {
        return goOn();
      } catch (error) {
        this.context.failed(this.name, error, key, value);
        return true;
      }
    });
  }

  /** From here on the time is this node's. */
  protected entered(): void {
    const { longCalls: calls } = this;
    if (calls.pulse[0] !== calls.seen) calls.passed();
    calls.current = this;
  }

  /** Emits a record: at once, or behind what an earlier result of the same record has left for another slice of time. */
  protected forward(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { only, turn } = this;
    if (only !== null && !turn.cut) only.receive(key, value, timestamp, headers);
    else this.forwardFrom(0, key, value, timestamp, headers);
  }

  /** As {@link forward}, to one child alone. */
  protected forwardTo(child: RunningNode, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (this.turn.cut) this.forwardToLater(child, key, value, timestamp, headers);
    else child.receive(key, value, timestamp, headers);
  }

  private forwardFrom(first: number, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { children, turn } = this;
    for (let i = first; i < children.length; i++) {
      if (turn.cut) {
        this.forwardLater(i, key, value, timestamp, headers);
        return;
      }
      (children[i] as RunningNode).receive(key, value, timestamp, headers);
    }
  }
  // Closures stand in methods of their own: in one that runs for every record they would cost each of them a scope.

  private forwardLater(first: number, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.callLater(() => {
      this.forwardFrom(first, key, value, timestamp, headers);
    });
  }

  private forwardToLater(child: RunningNode, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.callLater(() => {
      child.receive(key, value, timestamp, headers);
    });
  }
}
