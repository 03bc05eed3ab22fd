/** Stands where a record meets a user's processor: calls it, waits for its promises, and forwards for it. */
import { MillraceError } from '../../errors/error.js';
import { ignoreRejection } from '../../errors/promised.js';
import { kindAndSize } from '../../errors/kind-and-size.js';
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from '../../record/headers.js';
import { RecordContext } from '../../record/record-context.js';
import { ownStore, type AnyStore } from '../../store/any-store.js';
import type { StateStore } from '../../store/state-store.js';
import type { Punctuator } from '../api/processor-context.js';
import type { ForwardableRecord } from '../api/record.js';
import type { NodeContext } from '../context.js';
import { countedPuts, type CountedPuts } from '../expired-puts.js';
import { RunningNode } from '../node.js';
import { Schedule } from '../punctuation/due-queue.js';
import { unusedResult } from '../returned.js';

/** A record that came while the processor was waiting for the promise of an earlier one. */
interface Waiting {
  readonly key: unknown;
  readonly value: unknown;
  readonly context: RecordContext;
}

/**
 * What processors of both kinds share. Without promises nothing is awaited and nothing is queued. With one, the records that
 * come meanwhile (of a `flatMap` before it, of a cache that is flushed) wait here, so that their order stands.
 */
export abstract class UserNode extends RunningNode {
  /** The processor may forward: it is being called, or its promise is waited for. */
  private inside = false;
  /** It has forwarded something since it was last called. */
  private emitted = false;
  /** It was told that nobody takes what `process` returns. */
  private toldOfUnused = false;
  /** Number of the call that comes next. */
  private attempts = 1;
  /** The record whose promise is waited for, or whose next attempt. */
  private waitsFor: RecordContext | null = null;
  private readonly queue: Waiting[] = [];
  /** Stores that the processor holds and that refuse what is too old. */
  private readonly expiring = new Map<ExpiringStore, CountedPuts>();

  constructor(
    name: string,
    context: NodeContext,
    private readonly stores: readonly string[],
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (this.waitsFor !== null) {
      const context = new RecordContext();
      context.copyFrom(record);
      this.queue.push({ key, value, context });
      return;
    }
    const { attempts } = this;
    this.attempts = 1;
    this.emitted = false;
    this.inside = true;
    let result: void | Promise<void>;
    try {
      result = this.call(key, value, timestamp, headers);
    } finally {
      this.inside = false;
    }
    if (this.expiring.size > 0) this.countExpired();
    if (result !== undefined) this.waitFor(result, key, value, attempts, null);
  }

  protected override attempt(
    key: unknown,
    value: unknown,
    timestamp: number,
    headers: Headers,
    attempts: number,
  ): void {
    this.attempts = attempts;
    super.attempt(key, value, timestamp, headers, attempts);
  }

  override close(): void | Promise<void> {
    this.queue.length = 0;
    return this.closeProcessor();
  }

  /** Calls the punctuator of a timer of this processor. */
  punctuate(punctuator: Punctuator, now: number, attempts = 1): void {
    this.passage.entered();
    try {
      this.emitted = false;
      this.inside = true;
      let result: void | Promise<void>;
      try {
        result = punctuator(now);
      } finally {
        this.inside = false;
      }
      if (this.expiring.size > 0) this.countExpired();
      if (result !== undefined) this.waitFor(result, null, null, attempts, { punctuator, now });
    } catch (error) {
      const again = (): void => {
        this.callLater(() => {
          this.punctuate(punctuator, now, attempts + 1);
        });
      };
      this.context.failed(this.name, error, null, null, this.untouched ? again : null, attempts);
    }
  }

  protected get mayForward(): boolean {
    return this.inside || this.waitsFor !== null;
  }

  /** Calls the processor. */
  protected abstract call(key: unknown, value: unknown, timestamp: number, headers: Headers): void | Promise<void>;
  protected abstract closeProcessor(): void | Promise<void>;

  /** @internal For the processor's context. */
  get currentRecord(): RecordContext {
    return this.waitsFor ?? this.context.record;
  }

  /** @internal For the processor's context. */
  forwardFor(given: ForwardableRecord<unknown, unknown>, childName: string | undefined): void {
    if (!this.mayForward) throw this.outside();
    if (this.context.pending?.closed === true) {
      throw new MillraceError(
        'STATE_INVALID',
        'forward() came after the task was given up: its record is processed again elsewhere',
        {
          node: this.name,
          task: this.context.taskId,
        },
      );
    }
    if (typeof given !== 'object' || (given as unknown) === null) {
      throw new MillraceError('PROCESSING_FAILED', `forward() takes a record, not ${kindAndSize(given)}`, {
        node: this.name,
      });
    }
    this.emitted = true;
    const { key, value, timestamp, headers } = given;
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) this.checkFarTimestamp(timestamp);
    // -0 is no time of its own.
    this.handOn(key, value, timestamp + 0, this.checked(headers), childName);
  }

  /** A time that is beyond the safe numbers is only that of the record being processed: of another one nobody would know it exactly. */
  private checkFarTimestamp(timestamp: unknown): void {
    const { exactTimestamp } = this.currentRecord;
    if (exactTimestamp !== null && typeof timestamp === 'number' && timestamp === Number(exactTimestamp)) return;
    ignoreRejection(timestamp);
    throw new MillraceError(
      'TIMESTAMP_INVALID',
      `a record cannot be forwarded with the timestamp ${kindAndSize(timestamp, 0, Number.MAX_SAFE_INTEGER)}; give it a whole number of ms from 0 to ${String(Number.MAX_SAFE_INTEGER)}`,
      { node: this.name },
    );
  }

  /** Those of the record being processed have been looked at, when they came. */
  private checked(headers: WritableHeaders | undefined): Headers {
    if (headers === undefined || headers === NO_HEADERS) return NO_HEADERS;
    if (headers === this.currentRecord.headers) return headers as Headers;
    try {
      return checkedHeaders(headers);
    } catch (error) {
      throw MillraceError.is(error) ? error.completed({ node: this.name }) : error;
    }
  }

  private handOn(
    key: unknown,
    value: unknown,
    timestamp: number,
    headers: Headers,
    childName: string | undefined,
  ): void {
    const { record } = this.context;
    if (this.waitsFor !== null) record.copyFrom(this.waitsFor);
    const { timestamp: ownTimestamp, headers: ownHeaders } = record;
    record.timestamp = timestamp;
    record.headers = headers;
    try {
      if (childName === undefined) {
        this.forward(key, value, timestamp, headers);
        return;
      }
      const child = this.child(childName);
      if (child === undefined) {
        throw new MillraceError(
          'PROCESSING_FAILED',
          `forward() of ${this.name} was given the name of a child that it does not have, ${kindAndSize(childName)}; it has ${this.childNames.join(', ') || 'none'}`,
          { node: this.name },
        );
      }
      this.forwardTo(child, key, value, timestamp, headers);
    } finally {
      record.timestamp = ownTimestamp;
      record.headers = ownHeaders;
    }
  }

  /** @internal For the processor's context. @throws MillraceError STORE_UNAVAILABLE */
  storeFor(name: string): AnyStore {
    const global = this.context.globalStore(name);
    if (global !== null) return global;
    if (this.stores.includes(name)) {
      const store = this.context.stores.find(name) as StateStore;
      if (isExpiring(store) && !this.expiring.has(store)) this.expiring.set(store, countedPuts(this.context, name));
      return ownStore(store);
    }
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `processor ${this.name} has no store ${name}: it is not connected to it. Name it in the stores of process() or processValues(), in the stores of the supplier, or with connectProcessorAndStateStores()`,
      { store: name, node: this.name, task: this.context.taskId },
    );
  }

  /** @internal For the processor's context. */
  scheduleOf(due: number, interval: number, punctuator: Punctuator): Schedule {
    return new NodeSchedule(due, interval, this, punctuator);
  }

  /** A put that came too late for its store counts as a dropped record, as in Kafka Streams. */
  private countExpired(): void {
    for (const [store, counted] of this.expiring) {
      for (; counted.puts < store.expiredPuts; counted.puts += 1) this.context.dropped(this.name, 'late');
    }
  }

  /** @param timer what was called in place of `process` */
  private waitFor(
    promise: void | Promise<void>,
    key: unknown,
    value: unknown,
    attempts: number,
    timer: { readonly punctuator: Punctuator; readonly now: number } | null,
  ): void {
    const { pending, record } = this.context;
    if (typeof (promise as Partial<Promise<void>> | undefined)?.then !== 'function') {
      if (timer === null) this.checkUnused(promise);
      return;
    }
    if (pending === null) {
      ignoreRejection(promise);
      throw new MillraceError(
        'PROCESSING_FAILED',
        `the processor of a global store cannot be waited for: ${this.name} must not return a promise`,
        { node: this.name },
      );
    }
    const waitsFor = new RecordContext();
    waitsFor.copyFrom(record);
    this.waitsFor = waitsFor;
    pending.begin(waitsFor);
    // As a promise of our own: another thing with then() might call back at once, twice, or throw.
    Promise.resolve(promise)
      .then((result: unknown) => {
        if (timer === null) this.checkUnused(result);
      })
      .then(
        () => {
          this.goOn();
        },
        (error: unknown) => {
          const retried = this.fail(error, key, value, attempts, () => {
            if (timer === null) this.attempt(key, value, waitsFor.timestamp, waitsFor.headers, attempts + 1);
            else this.punctuate(timer.punctuator, timer.now, attempts + 1);
          });
          // What came meanwhile goes on waiting.
          if (retried) pending.end();
          else this.goOn();
        },
      );
  }

  /** What is to go on is forwarded; what was returned in its place is told. @throws MillraceError PROCESSING_FAILED for a record */
  private checkUnused(result: unknown): void {
    if (this.emitted || this.toldOfUnused || this.childNames.length === 0) return;
    const told = unusedResult(result, this.name);
    if (told === null) return;
    this.toldOfUnused = true;
    this.context.warn(this.name, told);
  }

  /** @returns whether there will be another attempt */
  private fail(error: unknown, key: unknown, value: unknown, attempts: number, call: () => void): boolean {
    const { pending, record } = this.context;
    // Given up: whoever has the task now processes the record again.
    if (pending === null || pending.closed) return false;
    record.copyFrom(this.waitsFor as RecordContext);
    let retried = false;
    const again = (): void => {
      retried = true;
      this.callAgain(call);
    };
    try {
      this.context.failed(this.name, error, key, value, this.emitted ? null : again, attempts);
    } catch (decided) {
      pending.failure ??= { error: decided };
    }
    return retried;
  }

  /** Leaves another call with the turn, before all that is left there: this record began before that. */
  private callAgain(call: () => void): void {
    const { turn } = this.context;
    turn.sooner(() => {
      this.waitsFor = null;
      call();
      if (this.isWaiting) return true;
      if (turn.cut) this.callLater(() => this.takeWaiting());
      else this.takeWaiting();
      return true;
    });
  }

  /** The records that came meanwhile are next, until one of them has a promise too. */
  private takeWaiting(): void {
    const { pending, record } = this.context;
    for (let next = this.queue.shift(); next !== undefined && pending?.failure === null; next = this.queue.shift()) {
      const { key, value, context } = next;
      record.copyFrom(context);
      this.passage.receive(key, value, context.timestamp, context.headers);
      if (this.isWaiting) break;
    }
  }

  /** The promise is settled. */
  private goOn(): void {
    const { pending } = this.context;
    if (pending === null) return;
    this.waitsFor = null;
    try {
      if (this.expiring.size > 0) this.countExpired();
      this.takeWaiting();
    } catch (decided) {
      pending.failure ??= { error: decided };
    }
    // What began to wait just now is counted already.
    pending.end();
    this.context.wake();
  }

  private get isWaiting(): boolean {
    return this.waitsFor !== null;
  }

  private outside(): MillraceError {
    return new MillraceError(
      'STATE_INVALID',
      `forward() of ${this.name} was called outside of process() and of punctuators; to forward later, return a promise that is settled after it`,
      { node: this.name, task: this.context.taskId },
    );
  }
}

/** A store that refuses what is too old, and counts it. */
interface ExpiringStore extends StateStore {
  readonly expiredPuts: number;
}

function isExpiring(store: StateStore): store is ExpiringStore {
  return 'expiredPuts' in store;
}

/** A timer of one processor. */
class NodeSchedule extends Schedule {
  constructor(
    due: number,
    interval: number,
    private readonly node: UserNode,
    private readonly punctuator: Punctuator,
  ) {
    super(due, interval);
  }

  override punctuate(now: number): void {
    this.node.punctuate(this.punctuator, now);
  }
}
