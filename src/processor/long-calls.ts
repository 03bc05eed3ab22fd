/** Finds out which node held the thread when a call of user code has taken very long, at next to no cost for all others. */
import type { RecordView } from '../record/record-context.js';

/** A node as a log line names it. */
interface NamedNode {
  readonly name: string;
  readonly task: string;
  readonly record: RecordView;
}

/** What is told of a call that took long. */
export interface LongCall {
  /** The node whose function was running; null where that cannot be known. */
  readonly node: string | null;
  readonly task: string | null;
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly milliseconds: number;
}

/**
 * Another thread moves the pulse on while this one is held. Each node looks at it when it is entered: where the pulse has
 * moved, the node that was entered before has taken the time.
 */
export class LongCalls {
  /** The node that was entered last. */
  current: NamedNode | null = null;
  /** The pulse when a node was last entered. */
  seen = 0;
  private suspect: NamedNode | null = null;
  private most = 0;

  constructor(readonly pulse: Int32Array = new Int32Array(1)) {}

  /** The pulse has moved since the last node was entered. */
  passed(): void {
    const beats = (this.pulse[0] as number) - this.seen;
    this.seen = this.pulse[0] as number;
    if (beats < this.most) return;
    this.most = beats;
    this.suspect = this.current;
  }

  /** A new stretch of work begins: what happened before is nobody's. */
  begin(): void {
    this.current = null;
    this.suspect = null;
    this.most = 0;
    this.seen = this.pulse[0] as number;
  }

  /** What took so long in the stretch of work that has just ended. */
  found(milliseconds: number): LongCall {
    if (this.pulse[0] !== this.seen) this.passed();
    const { suspect } = this;
    const { topic, partition, offset } = suspect?.record ?? { topic: null, partition: -1, offset: -1 };
    return { node: suspect?.name ?? null, task: suspect?.task ?? null, topic, partition, offset, milliseconds };
  }
}
