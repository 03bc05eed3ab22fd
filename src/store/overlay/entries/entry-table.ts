/** The entries of a store of one value a key: memory first, then disk. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { StoreFormat } from '../../spec.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { headersEnd, readHeaders } from '../bytes/headers-bytes.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import type { KeptValues } from '../bytes/kept-values.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import { UNKNOWN, type Pending } from '../epoch/cell.js';
import type { ChangeWatch } from '../epoch/change-watch.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import { Emissions, type EmissionSource } from '../epoch/emissions.js';
import type { Ledger } from '../epoch/ledger.js';
import { ROWS_AT_ONCE, type Contents, type Sealing } from '../epoch/overlay-store.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import { Entry } from './entry.js';
import { RestoredEntries } from './restored-entries.js';

/** Bytes in front of a value on disk, but for headers, which the value codec writes. */
const HEAD_BYTES: Readonly<Record<StoreFormat, number>> = { plain: 0, timestamped: 8, headers: 8 };

export class EntryTable implements Contents, EmissionSource<Entry> {
  /** Bytes of timestamp in front of a value on disk. */
  readonly head: number;
  /** Changed since the last seal. */
  readonly changes: Changes<Entry>;
  /** Null where nothing can be held back. */
  readonly emissions: Emissions<Entry> | null;
  private readonly site: StoreSite;
  private readonly keys: KeyCodec;
  private readonly kept: KeptValues;
  private readonly values: ValueCodec;
  private readonly ledger: Ledger;
  private readonly watch: ChangeWatch;
  /** Changelog records have headers of their own. */
  private readonly logsHeaders: boolean;
  private readonly entries = new Map<string, Entry>();
  /** The entry of the last access: a put mostly follows the get of its key. */
  private last: Entry | null = null;
  private readonly restored: RestoredEntries;
  private readonly hand: ClockHand<Entry>;

  /** @param emits somebody can listen to the store */
  constructor(parts: OverlayParts, format: StoreFormat, emits: boolean) {
    const { site, keys, kept, ledger, caching } = parts;
    this.site = site;
    this.keys = keys;
    this.kept = kept;
    this.values = kept.codec;
    this.ledger = ledger;
    this.watch = parts.watch;
    this.head = HEAD_BYTES[format];
    this.logsHeaders = kept.headed !== null;
    this.changes = new Changes(ledger);
    this.restored = new RestoredEntries(this.head, this.logsHeaders);
    this.emissions = emits && caching ? new Emissions<Entry>(parts, this) : null;
    this.hand = new ClockHand(
      ledger.budget,
      () => this.entries.values(),
      (entry) => entry.epoch > ledger.written || entry.pending !== null,
      (entry) => this.drop(entry),
    );
  }

  get changed(): boolean {
    return !this.changes.none || !this.restored.none;
  }

  /** The entry of a key, from memory or disk. An absent key has one too, with a null value. */
  find(text: string): Entry {
    const last = this.last;
    if (last !== null && last.text === text) return last;
    let entry = this.entries.get(text);
    if (entry === undefined) entry = this.load(text);
    else entry.referenced = true;
    this.last = entry;
    return entry;
  }

  /** Puts a held value, `null` to delete. */
  set(text: string, held: unknown, timestamp: number): void {
    let entry = this.last;
    let base: unknown = UNKNOWN;
    if (entry === null || entry.text !== text) {
      const found = this.entries.get(text);
      if (found === undefined) entry = this.insert(new Entry(text));
      else {
        entry = found;
        base = found.value;
        found.referenced = true;
      }
      this.last = entry;
    } else base = entry.value;
    entry.timestamp = timestamp;
    if (this.logsHeaders) entry.headers = this.kept.loggedHeaders(held);
    this.setValue(entry, held);
    const { emissions } = this;
    if (emissions !== null && emissions.active) emissions.hold(entry, base, text.length);
    else if (entry.epoch !== this.ledger.epoch) this.markChanged(entry);
    if (this.watch.listeners !== null) this.watch.tell(text, held, timestamp, -1, -1);
  }

  /** Puts a held value where there is none, as the caller knows. Deleted in the same epoch, it leaves no trace. */
  setNew(text: string, held: unknown, timestamp: number): void {
    const { epoch } = this.ledger;
    const before = this.entries.get(text);
    // What was there when the epoch began, and was deleted since, has a deletion to be written.
    const isBorn = before === undefined || before.epoch !== epoch || before.bornIn === epoch;
    this.set(text, held, timestamp);
    if (isBorn) (this.last as Entry).bornIn = epoch;
  }

  /** Entries in memory that differ from what is on disk. */
  *newer(): Generator<Entry, void> {
    const { written } = this.ledger;
    for (const entry of this.entries.values()) if (entry.epoch > written || entry.pending !== null) yield entry;
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    if (this.entries.size > 0) {
      const entry = this.entries.get(this.keys.textOf(key, 0, key.length));
      if (entry !== undefined) this.drop(entry);
    }
    const stored = NodeBuffer.allocUnsafe(PREFIX_BYTES + key.length);
    stored.writeUInt32BE(this.site.prefix, 0);
    key.copy(stored, PREFIX_BYTES);
    this.restored.add(stored, value, timestamp, headers);
  }

  async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    const { head, site } = this;
    const now = site.clock.now();
    for await (const [stored, bytes] of entriesOf(site.backend, underPrefix(site.prefix))) {
      const timestamp = head > 0 ? readInt64(bytes, 0) : now;
      const headers = this.logsHeaders ? readHeaders(bytes, head) : NO_HEADERS;
      yield { key: stored.subarray(PREFIX_BYTES), value: this.plainPart(bytes), headers, timestamp };
    }
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    this.restored.addTo(batch);
    const { changes, head, keys, values, ledger } = this;
    const { prefix, partition, opening } = this.site;
    const topic = opening.changelogTopic;
    let sealed = 0;
    for (const entry of changes.all) {
      if (sealed % ROWS_AT_ONCE === 0) yield;
      sealed += 1;
      if (entry.value === null && entry.bornIn === ledger.epoch) {
        ledger.growDirty(-entry.size);
        this.drop(entry);
        continue;
      }
      const key = keys.bytes(entry.text, PREFIX_BYTES, 0);
      key.writeUInt32BE(prefix, 0);
      let value: Buffer | null = null;
      if (entry.value === null) batch.delete(key);
      else {
        value = values.encode(entry.value, head);
        if (head > 0) writeInt64(value, entry.timestamp, 0);
        batch.put(key, value);
        if (head > 0 && appender !== null) value = this.plainPart(value);
      }
      if (appender !== null) {
        appender.append(topic, partition, key.subarray(PREFIX_BYTES), value, entry.headers, entry.timestamp);
      }
    }
    changes.clear();
  }

  markChanged(entry: Entry): void {
    if (entry.epoch === this.ledger.epoch) return;
    this.changes.add(entry);
    this.ledger.growDirty(entry.size);
  }

  baseOf({ base, cell }: Pending<Entry>): unknown {
    if (base !== UNKNOWN) return base;
    const bytes = this.read(cell.text);
    return bytes === undefined ? null : this.values.decode(bytes, this.head, bytes.length);
  }

  forget(): void {
    this.entries.clear();
    this.hand.restart();
    this.last = null;
    this.changes.clear();
    this.restored.clear();
  }

  /** The bytes of the value itself, without what stands in front of it. */
  private plainPart(stored: Buffer): Buffer {
    return stored.subarray(this.logsHeaders ? headersEnd(stored, this.head) : this.head);
  }

  private load(text: string): Entry {
    const entry = this.insert(new Entry(text));
    const bytes = this.read(text);
    if (bytes === undefined) return entry;
    if (this.head > 0) entry.timestamp = readInt64(bytes, 0);
    this.setValue(entry, this.values.decode(bytes, this.head, bytes.length));
    return entry;
  }

  private read(text: string): Buffer | undefined {
    const key = this.keys.bytes(text, PREFIX_BYTES, 0);
    key.writeUInt32BE(this.site.prefix, 0);
    return this.site.backend.getSync(key);
  }

  private insert(entry: Entry): Entry {
    this.ledger.makeRoom();
    this.entries.set(entry.text, entry);
    this.ledger.grow(entry.size);
    return entry;
  }

  private drop(entry: Entry): true {
    this.entries.delete(entry.text);
    this.ledger.grow(-entry.size);
    if (this.last === entry) this.last = null;
    return true;
  }

  private setValue(entry: Entry, held: unknown): void {
    entry.value = held;
    // The size of an entry counts a number in.
    if (typeof held === 'number') return;
    const grown = entry.resize(held === null ? 0 : this.values.size(held));
    if (grown === 0) return;
    this.ledger.grow(grown);
    if (entry.epoch === this.ledger.epoch) this.ledger.growDirty(grown);
  }
}
