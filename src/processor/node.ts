/** What every operator at run time is: a node that gets records and forwards others to its children, by plain calls. */
import type { Headers } from '../record/headers.js';
import type { Continuation, Turn } from '../record/turn.js';
import type { RecordView } from '../record/record-context.js';
import type { NodeContext } from './context.js';
import { Passage, type ResultTraces } from './passage.js';

/**
 * A node of a running task. `process` is synchronous. On the edges of a table, `value` is a `Change`.
 * Kafka Streams: `ProcessorNode` together with its `Processor`.
 */
export abstract class RunningNode {
  /** How records come in and go on. */
  readonly passage: Passage;
  private readonly children: RunningNode[] = [];
  private readonly turn: Turn;

  constructor(
    readonly name: string,
    protected readonly context: NodeContext,
  ) {
    this.turn = context.turn;
    this.passage = new Passage(this, context.longCalls, context.turn);
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
    this.passage.leadTo(child.passage);
  }

  get childNames(): readonly string[] {
    return this.children.map((child) => child.name);
  }

  child(name: string): RunningNode | undefined {
    return this.children.find((child) => child.name === name);
  }

  /** The node makes one result of several records, and somebody follows those. To be called before the first record. */
  traceResults(traces: ResultTraces): void {
    this.passage.traceResults(traces);
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

  /** Nothing was handed on since this node was entered: no other node was entered, and nothing was left for later. */
  protected get untouched(): boolean {
    return this.context.longCalls.current === this && !this.turn.cut;
  }

  /** Gets a record again that it got before. */
  protected attempt(key: unknown, value: unknown, timestamp: number, headers: Headers, attempts: number): void {
    this.passage.attempt(key, value, timestamp, headers, attempts);
  }

  /** `process` threw: has it decided whether the record is tried again, dropped, or fails the task. */
  caught(error: unknown, key: unknown, value: unknown, timestamp: number, headers: Headers, attempts: number): void {
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

  /** Emits a record: at once, or behind what an earlier result of the same record has left for another slice of time. */
  protected forward(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.passage.forward(key, value, timestamp, headers);
  }

  /** As {@link forward}, to one child alone. */
  protected forwardTo(child: RunningNode, key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.passage.forwardTo(child.passage, key, value, timestamp, headers);
  }
}
