/** Updates that a caching store holds back, on their way to whoever listens. */
import { RecordContext } from '../../../record/record-context.js';
import type { Turn } from '../../../record/turn.js';
import type { CacheBudget } from '../../cache-budget.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import type { Cell, Pending } from './cell.js';
import { EmissionQueue } from './emission-queue.js';
import type { Ledger } from './ledger.js';
import type { OverlayParts } from './store-parts.js';

/** What the owner of the cells knows of one that is emitted. */
export interface EmissionSource<C extends Cell> {
  /** The held value that an emission replaces, null for none. */
  baseOf(pending: Pending<C>): unknown;
  /** The cell, as it is emitted, is part of the current epoch from now on. */
  markChanged(cell: C): void;
}

/** Tells the listener; values are held values. */
export type Emit<C extends Cell> = (pending: Pending<C>, old: unknown) => void;

export class Emissions<C extends Cell> {
  /** Updates go through here: somebody listens. */
  active = false;
  private emit: Emit<C> | null = null;
  private sendOldValues = false;
  private readonly queue = new EmissionQueue<C>();
  private readonly budget: CacheBudget;
  private readonly context: RecordContext;
  private readonly turn: Turn;
  private readonly values: ValueCodec;
  private readonly ledger: Ledger;

  constructor(
    { site, kept, ledger }: OverlayParts,
    private readonly source: EmissionSource<C>,
  ) {
    this.budget = site.budget;
    this.context = site.context;
    this.turn = site.turn;
    this.values = kept.codec;
    this.ledger = ledger;
  }

  /** Nothing is held back. */
  get none(): boolean {
    return this.queue.empty;
  }

  listen(emit: Emit<C>, sendOldValues: boolean): void {
    this.active = true;
    this.emit = emit;
    this.sendOldValues = sendOldValues;
  }

  /** Notes a change that is to be emitted later; emits everything when too much is held back. */
  hold(cell: C, base: unknown, keyBytes: number): void {
    const { queue, budget } = this;
    const before = queue.bytes;
    queue.touch(cell, base, this.context, keyBytes, cell.value === null ? 0 : this.values.size(cell.value));
    budget.pendingBytes += queue.bytes - before;
    if (budget.pendingBytes > budget.maxBytes) this.flush();
  }

  /** Forgets that a change was to be emitted. */
  drop(cell: C): void {
    const before = this.queue.bytes;
    this.queue.drop(cell);
    this.budget.pendingBytes += this.queue.bytes - before;
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
      if (!emission()) this.turn.later(emission);
    } finally {
      this.context.copyFrom(current);
    }
    return true;
  }

  /** Forgets everything: the store was wiped or closed. */
  clear(): void {
    this.budget.pendingBytes -= this.queue.bytes;
    this.queue.clear();
  }

  /** Emits what was taken from the queue, as far as the turn allows at each call. */
  private emission(taken: readonly Pending<C>[]): () => boolean {
    let at = 0;
    return () => {
      while (at < taken.length) {
        this.emitOne(taken[at] as Pending<C>);
        at += 1;
        if (at < taken.length && this.turn.ended()) return false;
      }
      this.ledger.pins -= 1;
      return true;
    };
  }

  private emitOne(pending: Pending<C>): void {
    const gone = pending.value === null;
    const old = this.sendOldValues || gone ? this.source.baseOf(pending) : null;
    // Came and went between two emissions: neither downstream nor the changelog ever knew of it.
    if (gone && old === null) return;
    this.context.set(pending.topic, pending.partition, pending.offset, pending.timestamp, pending.headers);
    this.source.markChanged(pending.cell);
    this.emit?.(pending, this.sendOldValues ? old : null);
  }
}
