/** What goes to the changelog of a session store, and how far the changelog tells of its time. */
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import { writeInt64 } from '../bytes/int64.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES } from '../epoch/store-site.js';
import type { RowFiles } from '../rows/row-files.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';
import { SessionRow, SessionSlot } from './session-row.js';
import { ROWS_AT_ONCE, type Sealing } from '../epoch/overlay-store.js';

/** Bytes behind the key in a changelog record: end and start. */
export const SESSION_LOG_TAIL = 16;

export class SessionLog {
  /** Highest end that the changelog tells of. */
  private toldEnd: number;
  /** The latest session that came and went: should nothing else tell of its time, its deletion must. */
  private goneText = '';
  private goneStart = -1;
  private goneEnd = -1;
  private goneTimestamp = -1;

  constructor(
    private readonly parts: OverlayParts,
    private readonly files: RowFiles<SessionSlot, SessionRow>,
  ) {
    this.toldEnd = parts.site.progress.streamTime;
  }

  /** A session came and went within this epoch. */
  cameAndWent(slot: SessionSlot, timestamp: number): void {
    if (slot.end <= this.goneEnd) return;
    this.goneText = slot.text;
    this.goneStart = slot.start;
    this.goneEnd = slot.end;
    this.goneTimestamp = timestamp;
  }

  /** Logs what changed since the last seal; `streamTime` is that of the store. */
  *seal(changes: readonly SessionSlot[], streamTime: number, appender: ChangelogAppender | null): Sealing {
    let logged = 0;
    for (const slot of changes) {
      if (logged % ROWS_AT_ONCE === 0) yield;
      logged += 1;
      // Came and went meanwhile: nobody knows of it.
      if (slot.value === null && !slot.known) continue;
      if (appender !== null) this.log(slot, appender);
      slot.known = slot.value !== null;
      if (slot.end > this.toldEnd) this.toldEnd = slot.end;
    }
    if (this.goneEnd > this.toldEnd && appender !== null) {
      const gone = new SessionSlot(null, this.goneText, this.goneStart, this.goneEnd);
      gone.timestamp = this.goneTimestamp;
      this.log(gone, appender);
    }
    this.toldEnd = streamTime;
    this.goneEnd = -1;
  }

  /** The store was wiped. */
  forget(): void {
    this.toldEnd = -1;
    this.goneEnd = -1;
  }

  /** What is on disk. A slot has no timestamp of its own there, and gets the end of its session. */
  async *rows(): AsyncGenerator<ChangelogRow, void> {
    const { site, keys, kept } = this.parts;
    for await (const [stored, head] of entriesOf(site.backend, underPrefix(site.prefix))) {
      const text = keys.fromByteText(stored.toString('latin1', PREFIX_BYTES + 8));
      const row = new SessionRow(text, Number(stored.readBigUInt64BE(PREFIX_BYTES)));
      this.files.readHead(row, head);
      for (const slot of row.slots) {
        if (slot.value === null) continue;
        const timestamp = slot.timestamp < 0 ? slot.end : slot.timestamp;
        const headers = kept.loggedHeaders(slot.value);
        yield { key: this.key(slot), value: kept.logged(slot.value), headers, timestamp };
      }
    }
  }

  private key(slot: SessionSlot): Buffer {
    const key = this.parts.keys.bytes(slot.text, 0, SESSION_LOG_TAIL);
    writeInt64(key, slot.end, key.length - SESSION_LOG_TAIL);
    writeInt64(key, slot.start, key.length - 8);
    return key;
  }

  private log(slot: SessionSlot, appender: ChangelogAppender): void {
    const { opening, partition } = this.parts.site;
    const value = slot.value === null ? null : this.parts.kept.logged(slot.value);
    appender.append(opening.changelogTopic, partition, this.key(slot), value, slot.headers, slot.timestamp);
  }
}
