/** What goes to the changelog of a window store. */
import type { ChangelogAppender, ChangelogRow } from '../../task-state.js';
import { writeInt64 } from '../bytes/int64.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import { PREFIX_BYTES } from '../epoch/store-site.js';
import type { RowFiles } from '../rows/row-files.js';
import { StartRow, type StartSlot } from '../rows/start-row.js';
import { entriesOf, underPrefix } from '../walk/disk-entries.js';

/** Bytes behind the key in a changelog record: start and sequence number. */
export const WINDOW_LOG_TAIL = 12;

export class WindowLog {
  constructor(
    private readonly parts: OverlayParts,
    private readonly files: RowFiles<StartSlot, StartRow>,
  ) {}

  append(slot: StartSlot, appender: ChangelogAppender): void {
    const { opening, partition } = this.parts.site;
    const value = slot.value === null ? null : this.parts.kept.logged(slot.value);
    appender.append(opening.changelogTopic, partition, this.key(slot), value, slot.headers, slot.timestamp);
  }

  /** What is on disk. A slot that has no timestamp of its own there gets the start of its window. */
  async *rows(): AsyncGenerator<ChangelogRow, void> {
    const { site, keys, kept } = this.parts;
    for await (const [stored, head] of entriesOf(site.backend, underPrefix(site.prefix))) {
      const text = keys.fromByteText(stored.toString('latin1', PREFIX_BYTES + 8));
      const row = new StartRow(text, Number(stored.readBigUInt64BE(PREFIX_BYTES)));
      this.files.readHead(row, head);
      for (const slot of row.slots) {
        if (slot.value === null) continue;
        const timestamp = slot.timestamp < 0 ? slot.start : slot.timestamp;
        const headers = kept.loggedHeaders(slot.value);
        yield { key: this.key(slot), value: kept.logged(slot.value), headers, timestamp };
      }
    }
  }

  private key(slot: StartSlot): Buffer {
    const key = this.parts.keys.bytes(slot.text, 0, WINDOW_LOG_TAIL);
    writeInt64(key, slot.start, key.length - WINDOW_LOG_TAIL);
    key.writeInt32BE(slot.sequence, key.length - 4);
    return key;
  }
}
