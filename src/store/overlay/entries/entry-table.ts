/** The entries of a key-value store: memory first, then disk. Plain and timestamped stores stand on it. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import type { KeyRange } from '../../backend.js';
import type { StoreScan } from '../../scan.js';
import type { StoreFormat } from '../../spec.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { entriesOf } from '../walk/disk-entries.js';
import { UNKNOWN } from '../epoch/cell.js';
import { Entry } from './entry.js';
import { headersBytes, headersEnd, readHeaders } from '../bytes/headers-bytes.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import { MergeWalk, type NewerEntry } from '../walk/merge-walk.js';
import { Changes } from '../epoch/changes.js';
import { ClockHand } from '../epoch/clock-hand.js';
import { OverlayStore, type Codecs } from '../epoch/overlay-store.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { scanOf, Source } from '../walk/walk.js';

/** Bytes in front of a value on disk, but for headers, which the value codec writes. */
const HEAD_BYTES: Readonly<Record<StoreFormat, number>> = { plain: 0, timestamped: 8, headers: 8 };

export abstract class EntryTable extends OverlayStore<Entry> {
  /** Bytes of timestamp in front of a value on disk. */
  private readonly head: number;
  private readonly entries = new Map<string, Entry>();
  /** The entry of the last access: a put mostly follows the get of its key. */
  private last: Entry | null = null;
  /** Changed since the last seal. */
  protected readonly changes = new Changes<Entry>(this.ledger);
  private readonly hand = new ClockHand<Entry>(
    this.budget,
    () => this.entries.values(),
    (entry) => entry.epoch > this.ledger.written || entry.pending !== null,
    (entry) => this.dropEntry(entry),
  );
  /** Restored records on their way to disk; they do not pass through the entries. */
  private restoredKeys: Buffer[] = [];
  private restoredValues: (Buffer | null)[] = [];

  constructor(site: StoreSite, format: StoreFormat, codecs?: Codecs) {
    super(site, codecs);
    this.head = HEAD_BYTES[format];
  }

  get changed(): boolean {
    return !this.changes.none || this.restoredKeys.length > 0;
  }

  /** The entry of a key, from memory or disk. An absent key has one too, with a null value. */
  protected find(text: string): Entry {
    const last = this.last;
    if (last !== null && last.text === text) return last;
    let entry = this.entries.get(text);
    if (entry === undefined) entry = this.load(text);
    else entry.referenced = true;
    this.last = entry;
    return entry;
  }

  /** Puts a held value, `null` to delete. */
  protected set(text: string, held: unknown, timestamp: number): void {
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
    if (this.headed !== null) entry.headers = this.loggedHeaders(held);
    this.setValue(entry, held);
    if (this.holdsBack) this.holdBack(entry, base, text.length);
    else if (entry.epoch !== this.ledger.epoch) this.markChanged(entry);
  }

  /** Puts a held value where there is none, as the caller knows. Deleted in the same epoch, it leaves no trace. */
  protected setNew(text: string, held: unknown, timestamp: number): void {
    const before = this.entries.get(text);
    // What was there when the epoch began, and was deleted since, has a deletion to be written.
    const isBorn = before === undefined || before.epoch !== this.ledger.epoch || before.bornIn === this.ledger.epoch;
    this.set(text, held, timestamp);
    if (isBorn) (this.last as Entry).bornIn = this.ledger.epoch;
  }

  /** Keys between two keys, both inclusive. */
  protected scanKeys<K, T>(
    from: K | null,
    to: K | null,
    reverse: boolean,
    give: (held: unknown, timestamp: number) => T,
  ): StoreScan<readonly [K, T]> {
    const first = from === null ? '' : this.keys.byteText(this.keys.text(from));
    // The least text above a text is the same with a zero behind it.
    const beyond = to === null ? null : `${this.keys.byteText(this.keys.text(to))}\0`;
    return this.scan(first, beyond, reverse, give);
  }

  protected scanPrefix<K, T>(
    prefix: Buffer,
    give: (held: unknown, timestamp: number) => T,
  ): StoreScan<readonly [K, T]> {
    return this.scan(prefix.toString('latin1'), successor(prefix.toString('latin1')), false, give);
  }

  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    if (this.entries.size > 0) {
      const entry = this.entries.get(this.keys.textOf(key, 0, key.length));
      if (entry !== undefined) this.dropEntry(entry);
    }
    const stored = Buffer.allocUnsafe(PREFIX_BYTES + key.length);
    stored.writeUInt32BE(this.site.prefix, 0);
    key.copy(stored, PREFIX_BYTES);
    this.restoredKeys.push(stored);
    if (value === null) this.restoredValues.push(null);
    else {
      const prefix = this.headed === null ? null : headersBytes(headers);
      const head = this.head + (prefix?.length ?? 0);
      const bytes = Buffer.allocUnsafe(head + value.length);
      if (this.head > 0) writeInt64(bytes, timestamp, 0);
      prefix?.copy(bytes, this.head);
      value.copy(bytes, head);
      this.restoredValues.push(bytes);
    }
  }

  override async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    const { head, site } = this;
    const now = site.clock.now();
    for await (const [stored, bytes] of entriesOf(site.backend, this.place())) {
      const timestamp = head > 0 ? readInt64(bytes, 0) : now;
      const headers = this.headed === null ? NO_HEADERS : readHeaders(bytes, head);
      yield { key: stored.subarray(PREFIX_BYTES), value: this.plainPart(bytes), headers, timestamp };
    }
  }

  /** Everything that the store has on disk. */
  protected place(): KeyRange {
    const lt = Buffer.allocUnsafe(PREFIX_BYTES);
    lt.writeUInt32BE(this.site.prefix + 1, 0);
    return { gte: this.diskKey(''), lt, reverse: false };
  }

  evict(steps: number): boolean {
    return this.hand.evict(steps);
  }

  protected override sealChanges(appender: ChangelogAppender | null, batch: WriteBatch): void {
    for (let index = 0; index < this.restoredKeys.length; index += 1) {
      const value = this.restoredValues[index];
      if (value) batch.put(this.restoredKeys[index] as Buffer, value);
      else batch.delete(this.restoredKeys[index] as Buffer);
    }
    this.restoredKeys = [];
    this.restoredValues = [];

    const { changes, head, keys, values } = this;
    const { prefix, partition } = this.site;
    const topic = this.site.opening.changelogTopic;
    for (const entry of changes.all) {
      if (entry.value === null && entry.bornIn === this.ledger.epoch) {
        this.ledger.growDirty(-entry.size);
        this.dropEntry(entry);
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
    this.changes.clear();
  }

  /** The bytes of the value itself, without what stands in front of it. */
  private plainPart(stored: Buffer): Buffer {
    return stored.subarray(this.headed === null ? this.head : headersEnd(stored, this.head));
  }

  protected override markChanged(entry: Entry): void {
    if (entry.epoch === this.ledger.epoch) return;
    this.changes.add(entry);
    this.ledger.growDirty(entry.size);
  }

  protected override loadBase(entry: Entry): unknown {
    const bytes = this.read(entry.text);
    return bytes === undefined ? null : this.values.decode(bytes, this.head, bytes.length);
  }

  protected override forget(): void {
    this.entries.clear();
    this.hand.restart();
    this.last = null;
    this.changes.clear();
    this.restoredKeys = [];
    this.restoredValues = [];
  }

  /** Keys from `first` inclusive to `beyond` exclusive (null: the last one), one character a byte. */
  private scan<K, T>(
    first: string,
    beyond: string | null,
    reverse: boolean,
    give: (held: unknown, timestamp: number) => T,
  ): StoreScan<readonly [K, T]> {
    const keyOf = (byteText: string): K => this.keys.key(this.keys.fromByteText(byteText)) as K;
    return scanOf(this.name, this.site.backend, () => {
      const gte = this.diskKey(first);
      const lt = beyond === null ? this.place().lt : this.diskKey(beyond);
      const source = new Source(this.site.backend, { gte, lt, reverse });
      return new MergeWalk<readonly [K, T]>(
        source,
        this.newerThanDisk(first, beyond, reverse),
        reverse,
        PREFIX_BYTES,
        (entry) => [keyOf(entry.key), give(entry.held, entry.timestamp)],
        (key, value) => [
          keyOf(key),
          give(this.values.decode(value, this.head, value.length), this.head > 0 ? readInt64(value, 0) : -1),
        ],
      );
    });
  }

  private newerThanDisk(first: string, beyond: string | null, reverse: boolean): NewerEntry[] {
    const newer: NewerEntry[] = [];
    for (const entry of this.entries.values()) {
      if (entry.epoch <= this.ledger.written && entry.pending === null) continue;
      const key = this.keys.byteText(entry.text);
      if (key < first || (beyond !== null && key >= beyond)) continue;
      newer.push({ key, held: entry.value, timestamp: entry.timestamp });
    }
    newer.sort((left, right) => (left.key < right.key !== reverse ? -1 : 1));
    return newer;
  }

  private diskKey(byteText: string): Buffer {
    const key = Buffer.allocUnsafe(PREFIX_BYTES + byteText.length);
    key.writeUInt32BE(this.site.prefix, 0);
    key.write(byteText, PREFIX_BYTES, 'latin1');
    return key;
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
    // Room is made first: the new entry must not be dropped before it is used.
    this.ledger.makeRoom();
    this.entries.set(entry.text, entry);
    this.ledger.grow(entry.size);
    return entry;
  }

  private dropEntry(entry: Entry): true {
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

/** The least byte text above all that begin with this one; null when there is none. */
function successor(prefix: string): string | null {
  for (let at = prefix.length - 1; at >= 0; at -= 1) {
    const byte = prefix.charCodeAt(at);
    if (byte < 0xff) return prefix.slice(0, at) + String.fromCharCode(byte + 1);
  }
  return null;
}
