/** What a task may do at one go: it ends by time, and keeps what a record has begun until another slice of time finishes it. */
import { endlessSlice, type Slice } from '../time/slice.js';
import { RecordContext } from './record-context.js';

/** Goes on with something that was cut off; returns whether it is finished. */
export type Continuation = () => boolean;

interface CutOff {
  readonly goOn: Continuation;
  readonly context: RecordContext;
}

/**
 * One record may release a million results: a window that closes, a cache that is full, a `flatMap`. Whoever emits them asks
 * {@link ended} after each one, and leaves the rest with {@link later}. The task finishes all that was left before it takes
 * another record, in the order in which it would have happened without a break: innermost first.
 */
export class Turn {
  /** The next to be finished is the last one. */
  private readonly stack: CutOff[] = [];
  /** Cut off in the current run, innermost first. */
  private fresh: CutOff[] = [];

  constructor(
    /** The task's record context: a continuation runs in the one that it left. */
    private readonly record: RecordContext,
    readonly slice: Slice = endlessSlice,
  ) {}

  /** Whether to stop here. */
  ended(): boolean {
    return this.slice.over();
  }

  /** Whether something was cut off in this run: what follows it must wait until it is finished. */
  get cut(): boolean {
    return this.fresh.length > 0;
  }

  /** Whether something was cut off and is not finished. */
  get unfinished(): boolean {
    return this.fresh.length > 0 || this.stack.length > 0;
  }

  /** Leaves the rest of something for another slice. It runs in the record context of this moment. */
  later(goOn: Continuation): void {
    const context = new RecordContext();
    context.copyFrom(this.record);
    this.fresh.push({ goOn, context });
  }

  /** As {@link later}, but before all that is left already: of something that began before that. To be called between two runs. */
  sooner(goOn: Continuation): void {
    this.later(goOn);
    this.fresh.unshift(this.fresh.pop() as CutOff);
  }

  /**
   * Goes on with what was cut off.
   * @param mayGoOn asked after each piece; false leaves the rest for later
   * @returns whether everything is finished
   */
  goOn(mayGoOn: () => boolean): boolean {
    const { stack, record } = this;
    for (;;) {
      // Innermost first: it goes on top.
      for (let piece = this.fresh.pop(); piece !== undefined; piece = this.fresh.pop()) stack.push(piece);
      const next = stack.pop();
      if (next === undefined) return true;
      record.copyFrom(next.context);
      if (!next.goOn()) this.fresh.push(next);
      if (!mayGoOn() || this.ended()) return !this.unfinished;
    }
  }
}
