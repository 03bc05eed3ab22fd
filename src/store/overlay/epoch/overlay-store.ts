/** What all stores of a task share: epochs, their part of the memory budget, and the emission of what they hold back. */
import { MillraceError } from '../../../errors/error.js';
import { reasonOf } from '../../../errors/shown-value.js';
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from '../../../record/headers.js';
import { RecordContext } from '../../../record/record-context.js';
import type { StoreFormat, StoreKind, StoreSpec } from '../../spec.js';
import type { StateStore } from '../../state-store.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import type { CacheBudget } from '../../cache-budget.js';
import { EmissionQueue } from './emission-queue.js';
import { UNKNOWN, type Cell, type Pending } from './cell.js';
import { keyCodec, type KeyCodec } from '../bytes/key-codec.js';
import { Ledger, type Evictor } from './ledger.js';
import { NO_PROGRESS, type StoreSite } from './store-site.js';
import { HeadedValues, keptHeaders, type Headed } from '../bytes/headed-values.js';
import { valueCodec, type ValueCodec } from '../bytes/value-codec.js';

/** How keys and values are kept, where that is more than their serdes. */
export interface Codecs {
  readonly keys: KeyCodec;
  readonly values: ValueCodec;
}

export abstract class OverlayStore<C extends Cell = Cell> implements StateStore, Evictor {
  abstract readonly kind: StoreKind;
  abstract readonly format: StoreFormat;
  readonly name: string;
  readonly persistent: boolean;
  /** Updates are held back and emitted; only true once somebody listens. */
  caching: boolean;

  protected readonly keys: KeyCodec;
  protected readonly values: ValueCodec;
  /** The same codec, in a store that keeps headers beside its values. */
  protected readonly headed: HeadedValues | null;
  protected readonly context: RecordContext;
  protected readonly budget: CacheBudget;
  protected readonly ledger: Ledger;
  protected sendOldValues = false;
  /** True while puts go through the queue. */
  protected holdsBack = false;
  private readonly queue = new EmissionQueue<C>();

  constructor(
    protected readonly site: StoreSite,
    codecs?: Codecs,
  ) {
    const { spec, key, value, changelogTopic } = site.opening;
    this.name = spec.name;
    this.persistent = site.backend.persistent;
    // Without memory for it nothing is held back: operators then emit each update, deletions of what was not there too.
    this.caching = spec.caching && site.budget.maxBytes > 0;
    this.context = site.context;
    this.budget = site.budget;
    this.keys = codecs?.keys ?? keyCodec(key, changelogTopic);
    const values = codecs?.values ?? valueCodec(value, changelogTopic, site.context);
    this.headed = keepsHeaders(spec) ? new HeadedValues(values) : null;
    this.values = this.headed ?? values;
    this.ledger = new Ledger(site.budget, this);
  }

  /** Something was changed since the last seal. */
  abstract readonly changed: boolean;

  /** Something is held back. */
  get holding(): boolean {
    return !this.queue.empty;
  }

  /** Emits what is held back, in the order of last updates; false when there was nothing. */
  flush(): boolean {
    if (this.queue.empty) return false;
    this.budget.pendingBytes -= this.queue.bytes;
    const current = new RecordContext();
    current.copyFrom(this.context);
    // What is cut off must not be dropped, though the queue does not hold it any more.
    this.ledger.pins += 1;
    const emission = this.emission(this.queue.take());
    try {
      if (!emission()) this.site.turn.later(emission);
    } finally {
      this.context.copyFrom(current);
    }
    return true;
  }

  /** Hands the changes since the last seal to the changelog (null: none) and to the batch; later changes are of the next epoch. */
  seal(appender: ChangelogAppender | null, batch: WriteBatch): void {
    this.sealChanges(appender, batch);
    this.ledger.seal();
  }

  /** The sealed epoch is on disk. */
  written(): void {
    this.ledger.settle();
  }

  /** Applies a changelog record; `written` makes it last. */
  abstract restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void;

  abstract evict(steps: number): boolean;

  /** Fills what the store keeps in memory whole, once everything that is known is on disk. See `TaskState.prepare`. */
  prepare(): Promise<void> | void {
    // Most stores keep nothing whole.
  }

  /** See `TaskState.changelogRows`. */
  changelogRows(): AsyncIterable<ChangelogRow> | null {
    return null;
  }

  /** Forgets everything in memory and takes another place on disk. */
  wipe(prefix: number): void {
    this.release();
    this.forget();
    this.site.prefix = prefix;
    Object.assign(this.site.progress, NO_PROGRESS);
  }

  close(): void {
    this.release();
    this.ledger.close();
  }

  protected abstract sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void;
  /** Calls the flush listener; values are held values. */
  protected abstract emit(pending: Pending<C>, oldHeld: unknown): void;
  /** Reads a held value from disk. */
  protected abstract loadBase(cell: C): unknown;
  /** The cell is part of the current epoch from now on. */
  protected abstract markChanged(cell: C): void;
  protected abstract forget(): void;

  protected listen(sendOldValues: boolean): void {
    this.holdsBack = this.caching;
    this.sendOldValues = sendOldValues;
  }

  /**
   * A value as it is kept; it is found out now, while its record may still be dropped, what the serde cannot write.
   * @throws MillraceError SERIALIZATION_FAILED
   */
  protected holdValue(value: unknown, values: ValueCodec = this.values): unknown {
    try {
      return values.hold(value);
    } catch (error) {
      const reason = `store ${this.name} cannot write a value: ${reasonOf(error)}`;
      throw new MillraceError('SERIALIZATION_FAILED', reason, { store: this.name, cause: error });
    }
  }

  /**
   * As {@link holdValue}, in a store that keeps headers.
   * @throws MillraceError SERIALIZATION_FAILED, HEADER_INVALID
   */
  protected holdWithHeaders(value: unknown, headers: WritableHeaders): unknown {
    const held = this.holdValue(value) as Headed;
    if (headers.length > 0) held.headers = keptHeaders(checkedHeaders(headers));
    return held;
  }

  /** Headers of the changelog record of a held value, or of a deletion. */
  protected loggedHeaders(held: unknown): Headers {
    if (this.headed === null) return NO_HEADERS;
    return held === null ? this.context.headers : (held as Headed).headers;
  }

  /** A held value as its changelog record has it. */
  protected loggedValue(held: unknown): Buffer {
    return this.headed === null ? this.values.encode(held, 0) : this.headed.encodePlain(held);
  }

  /** The held value of a changelog record. */
  protected restoredValue(value: Buffer, headers: Headers): unknown {
    return this.headed === null ? this.values.decode(value, 0, value.length) : this.headed.decodePlain(value, headers);
  }

  /** Notes a change that is to be emitted later; emits everything when too much is held back. */
  protected holdBack(cell: C, base: unknown, keyBytes: number): void {
    const before = this.queue.bytes;
    this.queue.touch(cell, base, this.context, keyBytes, cell.value === null ? 0 : this.values.size(cell.value));
    this.budget.pendingBytes += this.queue.bytes - before;
    if (this.budget.pendingBytes > this.budget.maxBytes) this.flush();
  }

  /** Forgets that a change was to be emitted. */
  protected letGo(cell: C): void {
    const before = this.queue.bytes;
    this.queue.drop(cell);
    this.budget.pendingBytes += this.queue.bytes - before;
  }

  /** The held value that an emission replaces, null for none. */
  protected baseOf(pending: Pending<C>): unknown {
    return pending.base === UNKNOWN ? this.loadBase(pending.cell) : pending.base;
  }

  /** Emits what was taken from the queue, as far as the turn allows at each call. */
  private emission(taken: readonly Pending<C>[]): () => boolean {
    const { turn } = this.site;
    let at = 0;
    return () => {
      while (at < taken.length) {
        this.emitOne(taken[at] as Pending<C>);
        at += 1;
        if (at < taken.length && turn.ended()) return false;
      }
      this.ledger.pins -= 1;
      return true;
    };
  }

  private emitOne(pending: Pending<C>): void {
    const gone = pending.value === null;
    const old = this.sendOldValues || gone ? this.baseOf(pending) : null;
    // Came and went between two emissions: neither downstream nor the changelog ever knew of it.
    if (gone && old === null) return;
    this.context.set(pending.topic, pending.partition, pending.offset, pending.timestamp, pending.headers);
    this.markChanged(pending.cell);
    this.emit(pending, this.sendOldValues ? old : null);
  }

  private release(): void {
    this.ledger.release();
    this.budget.pendingBytes -= this.queue.bytes;
    this.queue.clear();
  }
}

/** A buffer of held changes writes the headers of its values in its own way. */
function keepsHeaders(spec: StoreSpec): boolean {
  return spec.format === 'headers' && spec.kind !== 'suppressBuffer';
}
