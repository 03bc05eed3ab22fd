/** The trace of a record, from the topic that it comes from through a repartition topic to the result, and what the channels tell meanwhile. */
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { openTelemetry } from '../../src/observe/opentelemetry/open-telemetry.js';
import { serdes } from '../../src/serde/serdes.js';
import { heard } from '../observe/heard-events.js';
import { OTHER_TRACE, PARENT, recorded, TRACE } from '../observe/opentelemetry/recorded-spans.js';
import { applications, until } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const { start } = applications();

class Read extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

it('the trace of a record goes through a repartition topic into the result; channels and meters tell what happened', async () => {
  const events = {
    batches: heard('millrace:batch'),
    commits: heard('millrace:commit'),
    rebalances: heard('millrace:rebalance'),
    restores: heard('millrace:restore'),
    states: heard('millrace:state'),
    errors: heard('millrace:error'),
  };
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .filter((value) => {
      if (value === 'bad') throw new Error('refused');
      return true;
    })
    .groupBy((value) => value, { name: 'by-value', ...STRINGS })
    .count({ store: 'counts' })
    .toStream()
    .to(output, { value: serdes.long() });
  const applicationId = uniqueName('traced');
  const { provider, spans } = recorded();
  const reader = new Read();
  const streams = start(builder.build(), {
    applicationId,
    processingErrorHandler: 'continue',
    telemetry: openTelemetry({ tracerProvider: provider, meterProvider: new MeterProvider({ readers: [reader] }) }),
  });
  await streams.start();
  await streams.whenRunning();

  const producer = plainClient().producer();
  await producer.connect();
  await producer.send({
    topic: input,
    messages: [
      { key: 'a', value: 'x', headers: { traceparent: `00-${TRACE}-${PARENT}-01` } },
      { key: 'b', value: 'x', headers: { traceparent: `00-${OTHER_TRACE}-${PARENT}-01` } },
      { key: 'c', value: 'bad' },
    ],
  });
  await producer.disconnect();

  const written: string[] = [];
  const consumer = plainClient().consumer({ groupId: uniqueName('witness') });
  await consumer.connect();
  await consumer.subscribe({ topic: output, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      if (message.value?.readBigInt64BE() === 2n) written.push(String(message.headers?.['traceparent']));
      return Promise.resolve();
    },
  });
  await until(() => written.length > 0);
  await consumer.disconnect();

  const named = (name: string): readonly ReadableSpan[] => spans(name);
  const parentOf = (span: ReadableSpan | undefined): string | undefined => span?.parentSpanContext?.spanId;
  const first = named(`process ${input}`);
  const second = named(`process ${applicationId}-by-value-repartition`);
  expect(first.map((span) => span.spanContext().traceId)).toEqual([TRACE, OTHER_TRACE]);
  expect(first.map(parentOf)).toEqual([PARENT, PARENT]);
  expect(second.map(parentOf)).toEqual(first.map((span) => span.spanContext().spanId));
  const merge = spans()
    .filter(({ name }) => name.startsWith('merge '))
    .at(-1);
  expect(merge?.links.map(({ context }) => context.traceId)).toEqual([TRACE]);
  expect(parentOf(merge)).toBe(second[1]?.spanContext().spanId);
  expect(written[0]).toBe(`00-${OTHER_TRACE}-${merge?.spanContext().spanId ?? ''}-01`);
  expect(named('process batch').length).toBeGreaterThan(0);

  await until(() => streams.metrics().commits.count > 0 && events.commits.length === streams.metrics().commits.count);
  expect(events.batches.reduce((sum, { records }) => sum + records, 0)).toBe(5);
  expect(events.rebalances[0]).toMatchObject({ application: applicationId, tasks: ['0_0', '1_0'], revoked: [] });
  expect(events.restores.map(({ store, phase }) => [store, phase])).toEqual([
    ['counts', 'start'],
    ['counts', 'end'],
  ]);
  expect(events.states.map(({ state }) => state)).toEqual(['REBALANCING', 'RUNNING']);
  expect(events.errors).toMatchObject([{ application: applicationId, decision: 'continue', error: { topic: input } }]);

  const { resourceMetrics } = await reader.collect();
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const found = metrics.find(({ descriptor }) => descriptor.name === 'millrace_records_processed_total');
  expect(found?.dataPoints[0]).toMatchObject({ attributes: { application: applicationId }, value: 5 });
  const commits = metrics.find(({ descriptor }) => descriptor.name === 'millrace_commit_latency_seconds');
  expect(commits?.dataPoints[0]?.value).toMatchObject({ count: streams.metrics().commits.count });
}, 60_000);
