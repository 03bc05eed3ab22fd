/** What of a subscription store goes to its changelog, and the keys that it has there. */
import type { ChangelogAppender } from '../../task-state.js';
import type { Sealing } from '../epoch/overlay-store.js';
import type { StoreSite } from '../epoch/store-site.js';
import type { Subscription } from './subscription-row.js';

/** Length of the foreign key in front of a changelog key. */
const LENGTH_BYTES = 4;

export class SubscriptionLog {
  /** Changed since the last seal, each once. */
  private changes: Subscription[] = [];

  constructor(private readonly site: StoreSite) {}

  add(one: Subscription): void {
    if (one.changed) return;
    one.changed = true;
    this.changes.push(one);
  }

  /** @param appender null: what changed came from the changelog, or there is none */
  *seal(appender: ChangelogAppender | null): Sealing {
    if (appender !== null) {
      for (const one of this.changes) {
        yield;
        this.append(one, appender);
      }
    }
    this.changes = [];
  }

  forget(): void {
    this.changes = [];
  }

  private append(one: Subscription, appender: ChangelogAppender): void {
    one.changed = false;
    const value = one.value === null ? null : Buffer.from(one.value, 'latin1');
    const { opening, partition } = this.site;
    const key = changelogKey(one.row.text, one.key);
    appender.append(opening.changelogTopic, partition, key, value, one.headers, one.timestamp);
  }
}

export function changelogKey(foreignKey: string, primaryKey: string): Buffer {
  const key = Buffer.allocUnsafe(LENGTH_BYTES + foreignKey.length + primaryKey.length);
  key.writeInt32BE(foreignKey.length, 0);
  key.write(foreignKey, LENGTH_BYTES, 'latin1');
  key.write(primaryKey, LENGTH_BYTES + foreignKey.length, 'latin1');
  return key;
}

/** The keys in a changelog key. */
export function keysOf(key: Buffer): readonly [foreignKey: string, primaryKey: string] {
  const end = LENGTH_BYTES + key.readInt32BE(0);
  return [key.toString('latin1', LENGTH_BYTES, end), key.toString('latin1', end)];
}
