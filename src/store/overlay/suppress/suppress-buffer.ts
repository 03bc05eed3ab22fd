/** The buffer behind `suppress`: whole in memory while a task runs, and on disk what the last commit held. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { RecordContext } from '../../../record/record-context.js';
import type { EmitChange, SuppressBuffer } from '../../suppress-buffer.js';
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import type { WriteBatch } from '../../write-batch.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import { readAll } from '../walk/read-all.js';
import { decodeChange, encodeChange, toVersion3, VERSION_3 } from '../bytes/held-change-bytes.js';
import type { SuppressBufferSpec } from '../../spec.js';
import { HeldChangeQueue } from './held-change-queue.js';
import { HeldChange } from './held-change.js';
import {
  changelogHeaders,
  originBytes,
  originsOf,
  readOrigins,
  UNKNOWN_ORIGIN,
  withOrigins,
  type Origin,
  type Origins,
} from './part-origins.js';
import type { Contents, Sealing } from '../epoch/overlay-store.js';
import { StoreFace } from '../epoch/store-face.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';

const TOMBSTONE = { change: null, headers: NO_HEADERS } as const;

/**
 * Not part of the cache budget: what is held back has limits of its own. A commit writes the keys that were touched since
 * the last one, those that came and went in between as deletions, as Kafka Streams does.
 */
export class OverlaySuppressBuffer<K, V> extends StoreFace implements SuppressBuffer<K, V>, Contents {
  readonly kind = 'suppressBuffer';
  readonly format: 'plain' | 'headers';
  private readonly site: StoreSite;
  private readonly held = new Map<string, HeldChange>();
  private readonly order = new HeldChangeQueue();
  private readonly touched = new Set<string>();
  private total = 0;
  private counting = false;
  /** Restored records on their way to disk, by key as text of one character a byte; null deletes. */
  private restored = new Map<string, Buffer | null>();
  /** The record at hand, while that of a change stands in its place. */
  private readonly current = new RecordContext();

  constructor(parts: OverlayParts, spec: SuppressBufferSpec) {
    super(parts);
    this.format = spec.format;
    this.site = parts.site;
  }

  get changed(): boolean {
    return this.touched.size > 0 || this.restored.size > 0;
  }

  get records(): number {
    return this.held.size;
  }

  get bytes(): number {
    if (!this.counting) {
      this.counting = true;
      for (const change of this.held.values()) this.resize(change);
    }
    return this.total;
  }

  get earliest(): number {
    return this.order.first?.time ?? Number.POSITIVE_INFINITY;
  }

  put(key: K, newValue: V | null, oldValue: V | null, time: number): void {
    const text = this.keys.text(key);
    // Both before anything is changed: a serde may refuse a value.
    const old = this.hold(oldValue);
    const held = this.hold(newValue);
    let change = this.held.get(text);
    if (change === undefined) {
      change = new HeldChange(text, this.keys.byteText(text), time, old);
      this.held.set(text, change);
      this.order.add(change);
    }
    if (this.format === 'headers') change.origins = originsAt(change);
    change.oldValue = old;
    change.newValue = held;
    change.setContext(this.context);
    if (this.counting) this.resize(change);
    this.touched.add(text);
  }

  emitEarliest(emit: EmitChange<K, V>): void {
    const change = this.order.first;
    if (change === undefined) return;
    this.current.copyFrom(this.context);
    this.context.copyFrom(change);
    try {
      emit(this.keys.key(change.text) as K, this.give(change.newValue), this.give(change.oldValue));
    } finally {
      this.context.copyFrom(this.current);
    }
    this.order.removeFirst();
    this.held.delete(change.text);
    this.total -= change.size;
    this.touched.add(change.text);
  }

  prior(key: K): V | null | undefined {
    const change = this.held.get(this.keys.text(key));
    return change === undefined ? undefined : this.give(change.prior);
  }

  /** Nothing is kept in memory yet: a standby restores for as long as it stands by. */
  restore(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    const byteText = key.toString('latin1');
    if (value === null) {
      this.restored.set(byteText, null);
      return;
    }
    const { partition, opening } = this.site;
    const place = { topic: opening.changelogTopic, partition, timestamp, headers };
    const change = toVersion3(value, place, () => this.restoredPrior(byteText));
    this.restored.set(byteText, this.format === 'headers' ? restoredWithOrigins(change, headers) : change);
  }

  async *changelogRows(): AsyncGenerator<ChangelogRow, void> {
    const timestamp = this.site.clock.now();
    for await (const [stored, value] of entriesOf(this.site.backend, underPrefix(this.site.prefix))) {
      const { change, headers } = this.logged(value);
      yield { key: stored.subarray(PREFIX_BYTES), value: change, headers, timestamp };
    }
  }

  /** Nothing in memory can be dropped: it is all there is to go on. */
  evict(): boolean {
    return false;
  }

  prepare(): Promise<void> | void {
    this.forgetHeld();
    return readAll(this.site.backend, underPrefix(this.site.prefix), (key, value) => {
      this.take(key, value);
    });
  }

  *seal(appender: ChangelogAppender | null, batch: WriteBatch): Sealing {
    for (const [byteText, value] of this.restored) {
      if (value === null) batch.delete(this.diskKey(byteText));
      else batch.put(this.diskKey(byteText), value);
    }
    this.restored = new Map();

    const topic = this.site.opening.changelogTopic;
    const { partition, clock } = this.site;
    const now = this.touched.size > 0 ? clock.now() : -1;
    for (const text of this.touched) {
      yield;
      const key = this.keys.bytes(text, PREFIX_BYTES, 0);
      key.writeUInt32BE(this.site.prefix, 0);
      const change = this.held.get(text);
      const value = change === undefined ? null : this.encode(change);
      if (value === null) batch.delete(key);
      else batch.put(key, value);
      if (appender === null) continue;
      const { change: bytes, headers } = value === null ? TOMBSTONE : this.logged(value);
      appender.append(topic, partition, key.subarray(PREFIX_BYTES), bytes, headers, now);
    }
    this.touched.clear();
  }

  forget(): void {
    this.forgetHeld();
    this.touched.clear();
    this.restored = new Map();
  }

  private hold(value: unknown): unknown {
    return value === null ? null : this.kept.hold(value);
  }

  private give(held: unknown): V | null {
    return held === null ? null : (this.values.give(held) as V);
  }

  private bytesOf(held: unknown): Buffer | null {
    return held === null ? null : this.values.encode(held, 0);
  }

  /** A change as it is on disk. */
  private encode(change: HeldChange): Buffer {
    const bytes = encodeChange({
      context: change,
      prior: this.bytesOf(change.prior),
      oldValue: this.bytesOf(change.oldValue),
      newValue: this.bytesOf(change.newValue),
      time: change.time,
    });
    return this.format === 'headers' ? withOrigins(change.origins, bytes) : bytes;
  }

  /** The changelog record of what is on disk. */
  private logged(stored: Buffer): { readonly change: Buffer; readonly headers: Headers } {
    if (this.format === 'plain') return { change: stored, headers: VERSION_3 };
    const { origins, change } = readOrigins(stored);
    const { prior, oldValue } = decodeChange(change);
    return { change, headers: changelogHeaders(origins, prior, oldValue) };
  }

  /** Prior and old value count once where they are the same bytes. */
  private resize(change: HeldChange): void {
    const prior = this.partOf(change.prior, change.origins.prior);
    const old = this.partOf(change.oldValue, change.origins.old);
    const same = prior !== null && old !== null && prior.equals(old);
    const values =
      (prior?.length ?? 0) + (same ? 0 : (old?.length ?? 0)) + (this.partOf(change.newValue, change)?.length ?? 0);
    const size = change.sizeWith(values);
    this.total += size - change.size;
    change.size = size;
  }

  /** A value as it counts: with what it came with, in a buffer that keeps headers. */
  private partOf(held: unknown, origin: Origin): Buffer | null {
    const bytes = this.bytesOf(held);
    return bytes === null || this.format === 'plain' ? bytes : NodeBuffer.concat([originBytes(origin), bytes]);
  }

  private restoredPrior(byteText: string): Buffer | null {
    const known = this.restored.get(byteText);
    const bytes = known === undefined ? this.site.backend.getSync(this.diskKey(byteText)) : known;
    return bytes === undefined || bytes === null ? null : decodeChange(this.changeIn(bytes).change).prior;
  }

  /** Takes one change from disk. */
  private take(key: Buffer, value: Buffer): void {
    const { origins, change: bytes } = this.changeIn(value);
    const { context, prior, oldValue, newValue, time } = decodeChange(bytes);
    const text = this.keys.textOf(key, PREFIX_BYTES, key.length);
    const change = new HeldChange(text, this.keys.byteText(text), time, this.decode(prior));
    change.oldValue = this.decode(oldValue);
    change.newValue = this.decode(newValue);
    if (origins !== null) change.origins = origins;
    change.setContext(context);
    this.held.set(text, change);
    this.order.add(change);
    if (this.counting) this.resize(change);
  }

  /** What is on disk of a change. */
  private changeIn(stored: Buffer): { readonly origins: Origins | null; readonly change: Buffer } {
    return this.format === 'plain' ? { origins: null, change: stored } : readOrigins(stored);
  }

  private decode(bytes: Buffer | null): unknown {
    return bytes === null ? null : this.values.decode(bytes, 0, bytes.length);
  }

  private diskKey(byteText: string): Buffer {
    const key = NodeBuffer.allocUnsafe(PREFIX_BYTES + byteText.length);
    key.writeUInt32BE(this.site.prefix, 0);
    key.write(byteText, PREFIX_BYTES, 'latin1');
    return key;
  }

  private forgetHeld(): void {
    this.held.clear();
    this.order.clear();
    this.total = 0;
  }
}

/** Where the values come from that the next change replaces: the old one is the new one that is held now, if any is. */
function originsAt(change: HeldChange): Origins {
  const { headers, timestamp, newValue, origins } = change;
  return { prior: origins.prior, old: newValue === null ? UNKNOWN_ORIGIN : { headers, timestamp } };
}

function restoredWithOrigins(change: Buffer, headers: Headers): Buffer {
  const { context, prior, oldValue } = decodeChange(change);
  return withOrigins(originsOf(headers, { prior, oldValue }, context.timestamp), change);
}
