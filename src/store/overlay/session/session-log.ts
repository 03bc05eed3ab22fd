/** What goes to the changelog of a session store, and how far the changelog tells of its time. */
import type { ChangelogAppender } from '../../task-state.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import { writeInt64 } from '../bytes/int64.js';
import type { StoreSite } from '../epoch/store-site.js';
import { SessionSlot } from './session-row.js';

/** Bytes behind the key in a changelog record: end and start. */
export const CHANGELOG_TAIL = 16;

export class SessionLog {
  /** Highest end that the changelog tells of. */
  private toldEnd: number;
  /** The latest session that came and went: should nothing else tell of its time, its deletion must. */
  private goneText = '';
  private goneStart = -1;
  private goneEnd = -1;
  private goneTimestamp = -1;

  constructor(
    private readonly site: StoreSite,
    private readonly keys: KeyCodec,
    /** A held value as the changelog has it. */
    private readonly encode: (held: unknown) => Buffer,
  ) {
    this.toldEnd = site.progress.streamTime;
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
  seal(changes: readonly SessionSlot[], streamTime: number, appender: ChangelogAppender | null): void {
    for (const slot of changes) {
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

  key(slot: SessionSlot): Buffer {
    const key = this.keys.bytes(slot.text, 0, CHANGELOG_TAIL);
    writeInt64(key, slot.end, key.length - CHANGELOG_TAIL);
    writeInt64(key, slot.start, key.length - 8);
    return key;
  }

  private log(slot: SessionSlot, appender: ChangelogAppender): void {
    const value = slot.value === null ? null : this.encode(slot.value);
    const { changelogTopic } = this.site.opening;
    appender.append(changelogTopic, this.site.partition, this.key(slot), value, slot.headers, slot.timestamp);
  }
}
