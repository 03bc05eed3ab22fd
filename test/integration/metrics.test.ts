/** What an application says of itself, held to what it did on a real broker. */
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { collectMetrics } from '../../src/observe/prometheus/collect-metrics.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

const { start } = applications();

it('metrics tell what came and went, how old it was, and what is kept', async () => {
  const [input, output] = [await createTopic('in', { partitions: 2 }), await createTopic('out')];
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .groupByKey()
    .count({ store: 'counts' })
    .toStream()
    .to(output, { value: serdes.long() });
  const applicationId = uniqueName('measured');
  const streams = start(builder.build(), { applicationId });
  await streams.start();
  await streams.whenRunning();
  await produce(input, [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ]);
  await until(() => {
    const { processed, latency, commits } = streams.metrics();
    const [source, sink] = [latency.sources[0]?.age, latency.sinks[0]?.endToEnd];
    if (processed < 3 || commits.count === 0 || source === undefined || sink === undefined) return false;
    // A commit may have been there before the last records: what came of these is older than they were.
    return sink.count > 0 && sink.max >= source.max;
  });
  const metrics = streams.metrics();
  const [source] = metrics.latency.sources;
  const [sink] = metrics.latency.sinks;
  expect(source?.topic).toBe(input);
  expect(sink?.topic).toBe(output);
  // Records have the time at which they were written, just now.
  expect(source!.age.count).toBeGreaterThan(0);
  expect(source!.age.max).toBeLessThan(60_000);
  expect(metrics.commits.latency).toMatchObject({ count: metrics.commits.count, max: metrics.commits.maxLatency });
  expect(metrics.processing.busy).toBeGreaterThan(0);
  expect(metrics.cache.resident).toBeGreaterThan(0);
  expect(metrics.rebalances.count).toBeGreaterThan(0);
  expect(metrics.producer.capacity).toBe(32 * 1024 * 1024);
  await until(() => streams.metrics().producer.buffered === 0 && streams.metrics().fetch.buffered === 0);
  await until(() => (streams.metrics().stateFolder.bytes ?? 0) > 0);
  await until(() => streams.metrics().stores.some(({ resident, written }) => resident > 0 && written !== null));
  await until(() => streams.metrics().eventLoop.delay.count > 0);

  const text = await collectMetrics(streams, new Registry()).metrics();
  expect(text).toContain(`millrace_records_processed_total{application="${applicationId}"} 3\n`);
  expect(text).toContain(`millrace_state{application="${applicationId}",state="RUNNING"} 1\n`);
});
