/** What versioned stores tell of the keys and times that were in the records: they cannot be listed. */
import { MillraceError } from '../../src/errors/error.js';
import { serdes } from '../../src/serde/serdes.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../../src/store/versioned-store.js';
import { text } from './functions.js';
import { bytesText, type Plan, type WrittenRecord } from './plan.js';

const LONG_BYTES = 8;

export class Histories {
  private readonly keys: string[];
  private readonly times: number[];

  constructor(plan: Plan, records: readonly WrittenRecord[]) {
    const inputs = plan.inputs.flatMap((input) => ('topic' in input ? [input] : []));
    const written = records.filter(({ topic }) => !topic.endsWith('-changelog'));
    const keys = [
      ...inputs.flatMap(({ key }) =>
        key === null
          ? []
          : [bytesText(typeof key === 'number' ? serdes.long().serialize(key, '') : Buffer.from(key, 'utf8'))],
      ),
      ...written.flatMap(({ key }) => (key === null ? [] : [key])),
    ];
    this.keys = [...new Set(keys)].sort();
    this.times = [...new Set([...inputs, ...written].map(({ time }) => time as number))].sort((a, b) => a - b);
  }

  /** Each key with what it was from time to time. */
  dump(store: VersionedKeyValueStore<unknown, unknown>): string[] {
    const lines: string[] = [];
    for (const key of this.keys) {
      const bytes = key.startsWith('#') ? Buffer.from(key.slice(1), 'hex') : Buffer.from(key, 'utf8');
      this.dumpKey(store, () => bytes.toString('utf8'), lines);
      if (bytes.length === LONG_BYTES) this.dumpKey(store, () => serdes.long().deserialize(bytes, ''), lines);
    }
    return lines;
  }

  private dumpKey(store: VersionedKeyValueStore<unknown, unknown>, keyOf: () => unknown, lines: string[]): void {
    try {
      const key = keyOf();
      const last = show(store.get(key));
      if (last !== null) lines.push(`${text(key)} = ${last}`);
      let before: string | null = null;
      for (const time of this.times) {
        const now = show(store.getAsOf(key, time));
        if (now !== null && now !== before) lines.push(`${text(key)} at ${String(time)} = ${now}`);
        before = now;
      }
    } catch (error) {
      // The keys of the store are of the other type.
      if (
        !MillraceError.is(error) ||
        (error.code !== 'SERIALIZATION_FAILED' && error.code !== 'DESERIALIZATION_FAILED')
      )
        throw error;
    }
  }
}

function show(found: VersionedRecord<unknown> | null): string | null {
  return found === null ? null : `${text(found.value)} @ ${String(found.timestamp)}`;
}
