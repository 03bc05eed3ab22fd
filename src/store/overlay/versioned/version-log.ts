/** What goes to the changelog of a versioned store: every put, in the order in which they came. */
import { NO_HEADERS } from '../../../record/headers.js';
import type { ChangelogAppender } from '../../task-state.js';
import type { OverlayParts } from '../epoch/store-parts.js';
import type { Sealing } from '../epoch/overlay-store.js';

/** Memory of a changelog record that is still to be written, beside key and value. */
const LOGGED_BYTES = 80;

/** A put for the changelog. */
interface Logged {
  readonly text: string;
  readonly timestamp: number;
  /** A held value, null for a deletion. */
  readonly held: unknown;
}

export class VersionLog {
  private puts: Logged[] = [];

  constructor(private readonly parts: OverlayParts) {}

  get none(): boolean {
    return this.puts.length === 0;
  }

  /** Notes a put, even one that is too old to be kept; nothing in a store without a changelog. */
  note(text: string, timestamp: number, held: unknown): void {
    const { site, kept, ledger } = this.parts;
    if (!site.logged) return;
    this.puts.push({ text, timestamp, held });
    const size = held === null || typeof held === 'number' ? 8 : kept.codec.size(held);
    ledger.growDirty(LOGGED_BYTES + text.length + size);
  }

  /** Logs what was put since the last seal. */
  *seal(appender: ChangelogAppender | null): Sealing {
    if (appender !== null) {
      for (const put of this.puts) {
        yield;
        this.append(put, appender);
      }
    }
    this.puts = [];
  }

  clear(): void {
    this.puts = [];
  }

  private append({ text, timestamp, held }: Logged, appender: ChangelogAppender): void {
    const { site, keys, kept } = this.parts;
    const value = held === null ? null : kept.codec.encode(held, 0);
    const { opening, partition } = site;
    appender.append(opening.changelogTopic, partition, keys.bytes(text, 0, 0), value, NO_HEADERS, timestamp);
  }
}
