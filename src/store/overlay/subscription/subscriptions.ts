/** The store of a foreign-key join: a row a foreign key, found at once and walked without a scan of the disk. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import type { BackendEntry } from '../../backend.js';
import { StoreScan } from '../../scan.js';
import type { ValueAndTimestamp } from '../../state-store.js';
import type { SubscriptionStore } from '../../subscription-store.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import type { Ledger } from '../epoch/ledger.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { SubscriptionFiles, unpack, visitPacked } from './subscription-files.js';
import { changelogKey, keysOf, SubscriptionLog } from './subscription-log.js';
import { Chunk, firstNotBelow, SubscriptionRow, Subscription } from './subscription-row.js';

type Listed = readonly [key: Buffer, value: ValueAndTimestamp<Buffer>];

export class OverlaySubscriptionStore extends StoreFace implements SubscriptionStore, Contents {
  readonly kind = 'subscription';
  readonly format = 'plain';
  private readonly site: StoreSite;
  private readonly ledger: Ledger;
  private readonly files: SubscriptionFiles;
  private readonly rows = new Map<string, SubscriptionRow>();
  private readonly log: SubscriptionLog;
  private readonly changedRows: Changes<SubscriptionRow>;
  private readonly hand: ClockHand<SubscriptionRow>;

  constructor(parts: OverlayParts) {
    super(parts);
    const { site, ledger } = parts;
    this.site = site;
    this.ledger = ledger;
    this.files = new SubscriptionFiles(site);
    this.log = new SubscriptionLog(site);
    this.changedRows = new Changes(ledger);
    this.hand = new ClockHand(
      ledger.budget,
      () => this.rows.values(),
      () => false,
      (row) => this.drop(row),
    );
  }

  get changed(): boolean {
    return !this.changedRows.none;
  }

  put(foreignKey: Buffer, primaryKey: Buffer, value: Buffer, timestamp: number): void {
    this.change(foreignKey, primaryKey, value.toString('latin1'), timestamp);
  }

  delete(foreignKey: Buffer, primaryKey: Buffer, timestamp: number): void {
    this.change(foreignKey, primaryKey, null, timestamp);
  }

  visit(foreignKey: Buffer, visitor: (primaryKey: Buffer, value: Buffer) => void): void {
    this.visitRow(this.row(foreignKey.toString('latin1')), visitor);
  }

  all(): StoreScan<Listed> {
    const { backend } = this.site;
    const { scanSync } = backend;
    const range = this.files.headRange();
    const walk = async function* (store: OverlaySubscriptionStore): AsyncGenerator<Listed, void> {
      const texts = new Set(store.rows.keys());
      const batches = backend.scan(range);
      for (let next = await batches.next(); next.done !== true; next = await batches.next())
        addTexts(texts, next.value);
      yield* store.list(texts);
    };
    const walkSync = (): Iterator<Listed> => {
      const texts = new Set(this.rows.keys());
      if (scanSync === null) throw new Error(`${backend.location} cannot be read synchronously`);
      const batches = scanSync(range);
      for (let next = batches.next(); next.done !== true; next = batches.next()) addTexts(texts, next.value);
      return this.list(texts)[Symbol.iterator]();
    };
    return new StoreScan(this.name, () => walk(this), scanSync === null ? null : walkSync);
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, _headers: Headers): void {
    const [text, primaryKey] = keysOf(key);
    this.set(text, primaryKey, value === null ? null : value.toString('latin1'), timestamp);
  }

  async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    for await (const [key, { value, timestamp }] of this.all()) yield { key, value, headers: NO_HEADERS, timestamp };
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    yield* this.log.seal(appender);
    for (const row of this.changedRows.all) {
      yield;
      const { dirty } = row;
      this.files.write(row, batch);
      // Open chunks take more memory than packed ones.
      for (const chunk of dirty) {
        this.resize(row, chunk, true);
        if (chunk.packed?.length === 0) this.giveBack(row, chunk);
      }
    }
    this.changedRows.clear();
  }

  forget(): void {
    this.rows.clear();
    this.hand.restart();
    this.log.forget();
    this.changedRows.clear();
  }

  private change(foreignKey: Buffer, primaryKey: Buffer, value: string | null, timestamp: number): void {
    const one = this.set(foreignKey.toString('latin1'), primaryKey.toString('latin1'), value, timestamp);
    one.headers = this.context.headers;
    this.log.add(one);
  }

  /** A deletion is kept until the next seal too, for the changelog. */
  private set(text: string, key: string, value: string | null, timestamp: number): Subscription {
    const row = this.row(text);
    let chunk = row.chunkOf(key);
    if (chunk === undefined) {
      chunk = new Chunk('', -1);
      chunk.open = [];
      row.chunks.push(chunk);
    }
    const open = chunk.open ?? this.open(row, chunk);
    const at = firstNotBelow(open, key);
    let one = open[at];
    if (one === undefined || one.key !== key) {
      one = new Subscription(row, key);
      open.splice(at, 0, one);
    } else chunk.bytes -= one.size;
    one.value = value;
    one.timestamp = timestamp;
    chunk.bytes += one.size;
    this.markDirty(row, chunk);
    const added = row.split(chunk, key);
    if (added !== null) this.markDirty(row, added);
    this.resize(row, chunk, true);
    return one;
  }

  private open(row: SubscriptionRow, chunk: Chunk): Subscription[] {
    const open = unpack(chunk.packed ?? this.files.readChunk(row, chunk), row);
    chunk.open = open;
    chunk.packed = null;
    chunk.bytes = 0;
    for (const one of open) chunk.bytes += one.size;
    return open;
  }

  private markDirty(row: SubscriptionRow, chunk: Chunk): void {
    if (row.epoch !== this.ledger.epoch) this.changedRows.add(row);
    if (chunk.epoch === this.ledger.epoch) return;
    chunk.epoch = this.ledger.epoch;
    row.dirty.push(chunk);
    this.ledger.growDirty(chunk.size);
    this.resize(row, chunk, true);
  }

  private resize(row: SubscriptionRow, chunk: Chunk, dirty: boolean): void {
    const grown = chunk.measure();
    row.size += grown;
    this.ledger.grow(grown);
    if (dirty) this.ledger.growDirty(grown);
  }

  /** Gives back the memory of a chunk that the row has lost. */
  private giveBack(row: SubscriptionRow, chunk: Chunk): void {
    row.size -= chunk.size;
    this.ledger.grow(-chunk.size);
    this.ledger.growDirty(-chunk.size);
  }

  private row(text: string): SubscriptionRow {
    const found = this.rows.get(text);
    if (found !== undefined) {
      found.referenced = true;
      return found;
    }
    // Room is made first: the new row must not be dropped before it is used.
    this.ledger.makeRoom();
    const row = new SubscriptionRow(text);
    this.files.readHead(row);
    for (const chunk of row.chunks) {
      chunk.measure();
      row.size += chunk.size;
    }
    this.rows.set(text, row);
    this.ledger.grow(row.size);
    return row;
  }

  private visitRow(
    row: SubscriptionRow,
    visitor: (primaryKey: Buffer, value: Buffer, timestamp: number) => void,
  ): void {
    for (const chunk of row.chunks) {
      if (chunk.open !== null) {
        for (const one of chunk.open) {
          if (one.value === null) continue;
          visitor(Buffer.from(one.key, 'latin1'), Buffer.from(one.value, 'latin1'), one.timestamp);
        }
        continue;
      }
      const packed = chunk.packed ?? this.files.readChunk(row, chunk);
      if (chunk.packed === null && !this.ledger.budget.over) {
        chunk.packed = packed;
        this.resize(row, chunk, false);
      }
      visitPacked(packed, visitor);
    }
  }

  private drop(row: SubscriptionRow): boolean {
    if (row.epoch > this.ledger.written) return this.dropClean(row);
    this.rows.delete(row.text);
    this.ledger.grow(-row.size);
    return true;
  }

  /** Of a row that must stay, what is on disk as it is in memory. */
  private dropClean(row: SubscriptionRow): boolean {
    const before = row.size;
    for (const chunk of row.chunks) {
      if (chunk.packed === null || chunk.number < 0 || chunk.epoch > this.ledger.written) continue;
      chunk.packed = null;
      this.resize(row, chunk, false);
    }
    return row.size !== before;
  }

  private list(texts: ReadonlySet<string>): Listed[] {
    const listed: Listed[] = [];
    const sorted = [...texts].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    for (const text of sorted) {
      this.visitRow(this.row(text), (key, value, timestamp) => {
        const changelog = changelogKey(text, key.toString('latin1'));
        listed.push([changelog, { value: Buffer.from(value), timestamp }]);
      });
    }
    return listed;
  }
}

function addTexts(texts: Set<string>, entries: readonly BackendEntry[]): void {
  for (const [key] of entries) texts.add(key.toString('latin1', PREFIX_BYTES));
}
