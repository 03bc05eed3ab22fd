/** Histories that Kafka Streams' own versioned store went through, step by step; written by `GoldenHistories.java`. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../../../../src/store/versioned-store.js';
import { spec, StateBench } from '../../state-bench.js';

const FOLDER = new URL('../../../golden/versioned-stores/', import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));

describe('a versioned store answers as that of Kafka Streams', () => {
  it.each(files)('%s', async (file) => {
    const [retentionMs, segmentIntervalMs] = file.replace('.txt', '').split('-').map(Number) as [number, number?];
    const bench = new StateBench(
      [
        spec({
          name: 'v',
          kind: 'versioned',
          value: serdes.string(),
          engine: 'level',
          retentionMs,
          ...(segmentIntervalMs === undefined ? {} : { segmentIntervalMs }),
        }),
      ],
      { cacheBytes: 1500 },
    );
    await bench.open();
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n');
    for (const [index, line] of lines.entries()) {
      expect(answer(bench.state.get('versioned', 'v'), line), `line ${String(index + 1)}`).toBe(line);
      // Commits and restarts leave no trace.
      if (index % 7 === 0) await bench.commit();
      if (index % 91 === 0) await bench.crash();
    }
    await bench.remove();
  });
});

/** The line with what the store answers now. */
function answer(store: VersionedKeyValueStore<string, string>, line: string): string {
  const [step, key, time, value] = line.split(' ') as [string, string, string, string];
  switch (step) {
    case 'put':
      return `put ${key} ${time} ${value} ${String(store.put(key, value === 'null' ? null : value, Number(time)))}`;
    case 'delete':
      return `delete ${key} ${time} ${shown(store.delete(key, Number(time)))}`;
    case 'get':
      return `get ${key} ${shown(store.get(key))}`;
    default:
      return `asOf ${key} ${time} ${shown(store.getAsOf(key, Number(time)))}`;
  }
}

function shown(found: VersionedRecord<string> | null): string {
  return found === null ? 'null' : `${found.value}@${String(found.timestamp)}`;
}
