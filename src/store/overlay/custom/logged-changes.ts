/** What a store of the user's own making has logged since the last seal, on its way to the changelog. */
import { NO_HEADERS } from '../../../record/headers.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { Ledger } from '../epoch/ledger.js';
import { ROWS_AT_ONCE, type Sealing } from '../epoch/overlay-store.js';
import type { StoreSite } from '../epoch/store-site.js';

interface LoggedChange {
  readonly value: Buffer | null;
  readonly timestamp: number;
  /** About how many bytes it takes. */
  readonly size: number;
}

/** Of an entry, beside its key and value. */
const ENTRY_BYTES = 120;

export class LoggedChanges {
  /** By the key, in the order in which keys were logged last. */
  private changes = new Map<string, LoggedChange>();

  constructor(
    private readonly site: StoreSite,
    private readonly ledger: Ledger,
  ) {}

  get none(): boolean {
    return this.changes.size === 0;
  }

  add(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
    const before = this.changes.get(text);
    if (before === undefined) this.ledger.makeRoom();
    else {
      this.changes.delete(text);
      this.count(-before.size);
    }
    const size = ENTRY_BYTES + key.length + (value?.length ?? 0);
    this.changes.set(text, { value: value === null ? null : Buffer.from(value), timestamp, size });
    this.count(size);
  }

  /** What is logged from here on belongs to the next epoch. */
  *seal(appender: ChangelogAppender): Sealing {
    const { changes } = this;
    const { partition, opening } = this.site;
    this.changes = new Map();
    let sealed = 0;
    for (const [text, { value, timestamp, size }] of changes) {
      if (sealed % ROWS_AT_ONCE === 0) yield;
      sealed += 1;
      appender.append(opening.changelogTopic, partition, Buffer.from(text, 'latin1'), value, NO_HEADERS, timestamp);
      // It lives on in the producer.
      this.count(-size);
    }
  }

  private count(bytes: number): void {
    this.ledger.grow(bytes);
    this.ledger.growDirty(bytes);
  }
}
