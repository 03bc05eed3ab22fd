/** State in an engine of the user's own: committed, found again after a restart, and restored where it is gone. */
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import type { Topology } from '../../src/topology/topology.js';
import { fileEngine } from '../store/file-engine.js';
import { applications, produce, table } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const TEXT = { key: serdes.string(), value: serdes.string() };

const { start, stateDir } = applications();

test('an engine of one’s own keeps the state of an application', { timeout: 120_000 }, async () => {
  const [words, counts] = await Promise.all([
    createTopic('words', { partitions: 2 }),
    createTopic('counts', { partitions: 2 }),
  ]);
  const applicationId = uniqueName('own-engine');
  const opened: string[] = [];
  const engine = fileEngine('files', ({ task }) => opened.push(task));
  const topology = (): Topology => {
    const builder = new StreamsBuilder({ dslStores: engine });
    const grouped = builder.stream(words, TEXT).groupByKey();
    const total = grouped.count({ store: 'counts' });
    grouped
      .windowedBy(TimeWindows.of({ size: '1d' }))
      .count({ store: 'daily', engine })
      .toStream()
      .foreach(() => undefined);
    total.toStream().mapValues(String).to(counts, TEXT);
    return builder.build();
  };
  const all = ['a', 'b', 'c', 'd', 'e', 'f'];
  /** Runs the application until each word was counted that often; returns how many changelog records were read. */
  const count = async (expected: number): Promise<number> => {
    const streams = start(topology(), { applicationId });
    await streams.start();
    await streams.whenRunning();
    const restored = streams.metrics().restore.records;
    await produce(
      words,
      all.map((word) => [word, '']),
    );
    const rows = await table(counts, String, (found) => all.every((word) => Number(found.get(word)) >= expected));
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(all.map((word) => [word, String(expected)])));
    await streams.close();
    return restored;
  };
  expect(await count(1)).toBe(0);
  expect(opened.sort()).toEqual(['0_0', '0_1']);
  expect(await count(2)).toBe(0);
  rmSync(stateDir(), { recursive: true });
  expect(await count(3)).toBeGreaterThan(0);
});
