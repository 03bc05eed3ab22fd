/** What is told of the changes of a store while it is followed: a bounded queue between the record loop and whoever reads. */
import type { Position } from './position.js';

/** One put, as it was made. */
export interface StoreUpdate<K, V> {
  readonly type: 'change';
  readonly key: K;
  /** Null: it is gone. */
  readonly value: V | null;
  /** Of the update, ms; null where the store keeps none. */
  readonly timestamp: number | null;
  /** Of windows and sessions, ms; null elsewhere. */
  readonly start: number | null;
  readonly end: number | null;
  /** Of the record that was processed; empty when a timer made the change. */
  readonly position: Position;
}

/** So many changes were left out here, because nobody took those before: read the store anew. */
export interface FellBehind {
  readonly type: 'behind';
  readonly missed: number;
}

/** The partitions whose changes are told from here on, in place of those before. What was missed meanwhile must be read. */
export interface FollowedPartitions {
  readonly type: 'partitions';
  readonly partitions: readonly number[];
}

export type ChangeEvent<K, V> = StoreUpdate<K, V> | FellBehind | FollowedPartitions;

/** The changes of a store for `for await`, from the call of `subscribe` on; leaving the loop, or `close`, ends them. */
export class ChangeFeed<K, V> implements AsyncIterableIterator<ChangeEvent<K, V>> {
  private readonly waiting: ChangeEvent<K, V>[] = [];
  private missed = 0;
  private ended = false;
  private readonly listeners: (() => void)[] = [];
  private readonly asking: ((next: IteratorResult<ChangeEvent<K, V>, undefined>) => void)[] = [];

  /** @internal */
  constructor(
    private readonly most: number,
    private readonly closed: (feed: ChangeFeed<K, V>) => void,
  ) {}

  /** @internal */
  get isClosed(): boolean {
    return this.ended;
  }

  /** @internal */
  whenClosed(listener: () => void): void {
    if (this.ended) listener();
    else this.listeners.push(listener);
  }

  /** @internal Never waits: what finds no room is counted. */
  add(event: ChangeEvent<K, V>): void {
    if (this.ended) return;
    const ask = this.asking.shift();
    if (ask !== undefined) {
      ask({ done: false, value: event });
      return;
    }
    // What is told of partitions is seldom, and must not be missed.
    if (event.type === 'change' && (this.missed > 0 || this.waiting.length >= this.most)) this.missed += 1;
    else this.waiting.push(event);
  }

  next(): Promise<IteratorResult<ChangeEvent<K, V>, undefined>> {
    const value = this.waiting.shift() ?? this.takeMissed();
    if (value !== null) return Promise.resolve({ done: false, value });
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.asking.push(resolve));
  }

  return(): Promise<IteratorResult<ChangeEvent<K, V>, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends it; what waits is given nevertheless. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.closed(this);
    for (const listener of this.listeners) listener();
    for (const ask of this.asking.splice(0)) ask({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private takeMissed(): FellBehind | null {
    const { missed } = this;
    this.missed = 0;
    return missed === 0 ? null : { type: 'behind', missed };
  }
}
