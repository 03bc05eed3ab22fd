/** The histories of a versioned store: in memory by key, else on disk; of each the rows that were needed. */
import type { ValueCodec } from '../bytes/value-codec.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import type { Evictor, Ledger } from '../epoch/ledger.js';
import type { RowFiles } from '../rows/row-files.js';
import { StartRow, type StartSlot } from '../rows/start-row.js';
import { History } from './history.js';
import type { LatestFiles } from './latest-files.js';

export class HistoryTable implements Evictor {
  /** Changed since the last seal. */
  readonly changes: Changes<History>;
  private readonly histories = new Map<string, History>();
  /** The history of the last access: a put mostly follows the get of its key. */
  private last: History | null = null;
  private readonly hand: ClockHand<History>;

  constructor(
    private readonly ledger: Ledger,
    private readonly values: ValueCodec,
    private readonly files: RowFiles<StartSlot, StartRow>,
    private readonly latest: LatestFiles,
  ) {
    this.changes = new Changes(ledger);
    this.hand = new ClockHand(
      ledger.budget,
      () => this.histories.values(),
      (history) => history.epoch > ledger.written,
      (history) => this.drop(history),
    );
  }

  /** The history of a key, if it is in memory. */
  inMemory(text: string): History | undefined {
    return this.histories.get(text);
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  forget(): void {
    this.histories.clear();
    this.hand.restart();
    this.last = null;
    this.changes.clear();
  }

  setValue(slot: StartSlot, row: StartRow | null, held: unknown): void {
    slot.value = held;
    // The size of a slot counts a number in.
    if (typeof held === 'number') return;
    const grown = slot.resize(held === null ? 0 : this.values.size(held));
    if (grown === 0) return;
    if (row !== null) row.size += grown;
    this.grow(grown);
  }

  /** Counts what a history that is part of the current epoch has grown by. */
  grow(bytes: number): void {
    this.ledger.grow(bytes);
    this.ledger.growDirty(bytes);
  }

  mark(history: History): void {
    if (history.epoch === this.ledger.epoch) return;
    this.changes.add(history);
    this.ledger.growDirty(history.size);
  }

  /** The history of a key, from memory or disk. An absent key has one too, without versions. */
  find(text: string): History {
    const { last } = this;
    if (last !== null && last.text === text) return last;
    let history = this.histories.get(text);
    if (history === undefined) {
      this.ledger.makeRoom();
      history = new History(text);
      this.latest.read(history);
      this.histories.set(text, history);
      this.ledger.grow(history.size);
    } else history.referenced = true;
    this.last = history;
    return history;
  }

  rowAt(history: History, at: number): StartRow {
    return history.rows[at] ?? this.readRow(history, at);
  }

  rowFor(history: History, id: number): StartRow {
    const at = history.firstFrom(id);
    if (history.ids[at] === id) return this.rowAt(history, at);
    const row = new StartRow(history.text, id);
    history.ids.splice(at, 0, id);
    history.rows.splice(at, 0, row);
    history.headEpoch = this.ledger.epoch;
    this.grow(row.size);
    return row;
  }

  private readRow(history: History, at: number): StartRow {
    const row = new StartRow(history.text, history.ids[at] as number);
    history.rows[at] = row;
    this.ledger.grow(row.size);
    if (this.files.read(row)) this.ledger.grow(row.measure());
    if (history.epoch === this.ledger.epoch) this.ledger.growDirty(row.size);
    return row;
  }

  /** Lets go of the rows before a number, whose time is over. */
  trim(history: History, firstRow: number): void {
    const { ids, rows } = history;
    while (ids.length > 0 && (ids[0] as number) < firstRow) {
      const row = rows[0];
      if (row) {
        this.ledger.grow(-row.size);
        if (history.epoch === this.ledger.epoch) this.ledger.growDirty(-row.size);
      }
      ids.shift();
      rows.shift();
    }
  }

  private drop(history: History): true {
    this.histories.delete(history.text);
    this.ledger.grow(-history.size);
    if (this.last === history) this.last = null;
    return true;
  }

  /** Nothing is known of the key any more. That stays in memory until the disk knows it too. */
  empty(history: History): void {
    this.mark(history);
    const before = history.size;
    history.clear();
    this.grow(history.size - before);
  }
}
