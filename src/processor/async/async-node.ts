/** Gives each record to an asynchronous function and goes on with others meanwhile. Kafka Streams has nothing like it (KIP-408). */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Headers } from '../../record/headers.js';
import type { AsyncAttempt } from '../../record/async-attempt.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedList, returnedPair } from '../returned.js';
import { AsyncCall } from './async-call.js';
import type { AsyncStage } from './async-stage.js';
import { attempt, type AttemptLimits } from './attempts.js';
import { NodeClosing } from './closing.js';
import { keyIdentity } from './key-identity.js';

export interface AsyncSettings extends AttemptLimits {
  readonly call: (value: unknown, key: unknown, record: RecordView, attempt: AsyncAttempt) => unknown;
  /** `value`: the result is the new value. `pairs`: an iterable of pairs of key and value, or nothing. */
  readonly result: 'value' | 'pairs';
  /** Records that may be pending before no more are taken. */
  readonly capacity: number;
  /** Records of one key one after the other; else all at once. */
  readonly orderedByKey: boolean;
}

/** For errors. */
const RESULT = 'the function of asyncProcess()';

/**
 * A finished call waits until the task comes to it: results are forwarded between two records, never amid one. A record is
 * pending until its results are forwarded, and as long the task does not commit its offset.
 */
export class AsyncNode extends RunningNode implements AsyncStage {
  private readonly calls = new Set<AsyncCall>();
  private readonly lastOfKey = new Map<unknown, AsyncCall>();
  private readonly finished: AsyncCall[] = [];
  private readonly closing = new NodeClosing();

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: AsyncSettings,
  ) {
    super(name, context);
  }

  get full(): boolean {
    return this.calls.size >= this.settings.capacity;
  }

  get pending(): number {
    return this.calls.size;
  }

  override init(): void {
    this.context.worksAsynchronously(this);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const call = new AsyncCall(key, value, timestamp, headers, this.context.record);
    call.source = this.context.sourceBytes();
    this.calls.add(call);
    if (this.settings.orderedByKey) {
      const identity = keyIdentity(key);
      const before = this.lastOfKey.get(identity);
      this.lastOfKey.set(identity, call);
      if (before !== undefined) {
        before.next = call;
        return;
      }
    }
    this.start(call);
  }

  drainOne(): boolean {
    const call = this.finished.shift();
    if (call === undefined) return false;
    this.calls.delete(call);
    const { record } = this.context;
    record.set(call.topic, call.partition, call.offset, call.timestamp, call.headers, call.exactTimestamp);
    this.context.holdSourceBytes(call.source);
    try {
      if (call.failure !== null) throw afterAttempts(call.failure.error, call.attempts);
      this.forwardResult(call);
    } catch (error) {
      this.context.failed(this.name, error, call.key, call.value);
    }
    this.startNext(call);
    return true;
  }

  oldestOffset(topic: string, partition: number): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const call of this.calls) {
      // What a timer brought about belongs to no record: nothing is committed until it is done.
      if (call.topic === null) return -1;
      if (call.offset < oldest && call.partition === partition && call.topic === topic) oldest = call.offset;
    }
    return oldest;
  }

  abort(reason: Error): void {
    this.closing.close(reason);
    this.calls.clear();
    this.lastOfKey.clear();
    this.finished.length = 0;
  }

  private start(call: AsyncCall): void {
    const ask = (one: AsyncAttempt): unknown => {
      call.attempts = one.attempt;
      return this.settings.call(call.value, call.key, call, one);
    };
    attempt(ask, this.settings, this.closing).then(
      (result) => {
        call.result = result;
        this.finish(call);
      },
      (error: unknown) => {
        call.failure = { error };
        this.finish(call);
      },
    );
  }

  private finish(call: AsyncCall): void {
    if (this.closing.reason !== null) return;
    this.finished.push(call);
    this.context.wake();
  }

  private startNext(call: AsyncCall): void {
    if (!this.settings.orderedByKey) return;
    if (call.next !== null) {
      this.start(call.next);
      call.next = null;
    } else this.lastOfKey.delete(keyIdentity(call.key));
  }

  private forwardResult({ key, result, timestamp, headers }: AsyncCall): void {
    if (this.settings.result === 'value') {
      this.forward(key, result, timestamp, headers);
      return;
    }
    if (result === undefined || result === null) return;
    for (const one of returnedList(result as Iterable<unknown>, RESULT, '')) {
      const pair = returnedPair(one, `${RESULT}, in the list of its result,`);
      this.forward(pair[0], pair[1], timestamp, headers);
    }
  }
}

/** Who reads that it failed wants to know that it was tried again. */
function afterAttempts(error: unknown, attempts: number): unknown {
  if (attempts < 2 || MillraceError.is(error)) return error;
  const message = `a function of the topology failed, after ${String(attempts)} attempts: ${reasonOf(error)}`;
  return new MillraceError('PROCESSING_FAILED', message, { cause: error });
}
