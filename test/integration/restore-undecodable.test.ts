/** Records that cannot be restored, which somebody else has written to a changelog or to the topic of a table; on a real broker. */
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, produce, readUntil } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();

it.each<
  [string, (input: string, output: string) => Topology, (applicationId: string, input: string) => string, string]
>([
  [
    'a windowed store and its changelog',
    (input, output) => {
      const builder = new StreamsBuilder();
      builder
        .stream(input, STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '1h' }))
        .count({ store: 'counts' })
        .toStream()
        .map((value, { key }) => [key, String(value)])
        .to(output, STRINGS);
      return builder.build();
    },
    (applicationId) => `${applicationId}-counts-changelog`,
    'counts',
  ],
  [
    'a table and its source topic',
    (input, output) => {
      const builder = new StreamsBuilder();
      const numbers = { key: serdes.string(), value: serdes.json<string>() };
      builder
        .table(input, { ...numbers, store: 'rows' })
        .toStream()
        .mapValues(String)
        .to(output, STRINGS);
      return builder.build({ optimize: 'all' });
    },
    (_applicationId, input) => input,
    'rows',
  ],
])('of %s', async (_, build, topicOf, store) => {
  const [input, output] = [await createTopic('rows'), await createTopic('rows-out')];
  const applicationId = uniqueName('restore');
  const options = { applicationId, dslStores: 'memory' } as const;
  const topology = build(input, output);
  await produce(input, [['a', '1']]);
  const first = apps.start(topology, { ...options, deserializationErrorHandler: 'continue' });
  await first.start();
  await readUntil(output, (key) => key === 'a');
  const topic = topicOf(applicationId, input);
  await produce(topic, [['broken', '{']]);
  await produce(input, [['b', '1']]);
  await readUntil(output, (key) => key === 'b');
  await first.close();

  // In memory: everything is restored.
  const strict = apps.start(topology, options);
  await strict.start();
  await strict.closed;
  expect(strict.error).toMatchObject({ code: 'DESERIALIZATION_FAILED', topic, partition: 0, store, task: '0_0' });
  expect((strict.error as unknown as { offset: number }).offset).toBeGreaterThan(0);
  const asked: unknown[] = [];
  const lenient = apps.start(topology, {
    ...options,
    deserializationErrorHandler: (error, record) => {
      asked.push([error.code, record.topic, record.store, String(record.keyBytes)]);
      return 'continue';
    },
  });
  await lenient.start();
  await produce(input, [['c', '1']]);
  await readUntil(output, (key) => key === 'c');
  expect(asked).toEqual([['DESERIALIZATION_FAILED', topic, store, 'broken']]);
});
