import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { openTelemetry, type OpenTelemetryOptions } from '../../../src/observe/opentelemetry/open-telemetry.js';
import type { TaskTracing } from '../../../src/observe/telemetry.js';
import { textHeader } from '../../../src/record/headers.js';
import { serdes } from '../../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { OTHER_TRACE, PARENT, recorded, sampled, TRACE, traceIn, type Recorded } from './recorded-spans.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

let open: TopologyTestDriver[] = [];
let spans: Recorded;

beforeEach(() => {
  spans = recorded();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(async () => {
  vi.useRealTimers();
  context.disable();
  await Promise.all(open.map((driver) => driver.close()));
  open = [];
});

function drive(
  build: (builder: StreamsBuilder) => void,
  options: OpenTelemetryOptions = {},
  more: TestDriverOptions = {},
): TopologyTestDriver {
  const builder = new StreamsBuilder();
  build(builder);
  const telemetry = openTelemetry({ tracerProvider: spans.provider, ...options });
  const driver = new TopologyTestDriver(builder.build(), { telemetry, applicationId: 'orders', ...more });
  open.push(driver);
  return driver;
}

const copy = (builder: StreamsBuilder): void => {
  builder.stream('in', STRINGS).to('out');
};

describe('a record that belongs to a trace', () => {
  it('has a span under that of who wrote it, and its result goes on from there', () => {
    const driver = drive(copy);
    const kept = textHeader('kept', 'yes');
    driver.inputTopic('in', STRINGS).pipe('a', '1', { headers: [...sampled(), kept] });
    const [span] = spans.spans('process in');
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.parentSpanContext?.spanId).toBe(PARENT);
    expect(span?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': 'orders',
      'millrace.task': '0_0',
      'messaging.destination.name': 'in',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
    });
    const { headers } = driver.outputTopic('out', STRINGS).readRecord();
    expect(traceIn(headers)).toEqual({ trace: TRACE, span: span?.spanContext().spanId });
    expect(headers.filter(([name]) => name === 'traceparent')).toHaveLength(1);
    expect(headers).toContainEqual(kept);
  });

  it('is followed through a repartition topic', () => {
    const driver = drive((builder) => {
      builder
        .stream('in', STRINGS)
        .selectKey((value) => value)
        .repartition({ name: 'by-value', ...STRINGS })
        .to('out');
    });
    driver.inputTopic('in', STRINGS).pipe('a', '1', { headers: sampled() });
    const [first] = spans.spans('process in');
    const [second] = spans.spans('process orders-by-value-repartition');
    expect(second?.spanContext().traceId).toBe(TRACE);
    expect(second?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(traceIn(driver.outputTopic('out', STRINGS).readRecord().headers)?.span).toBe(second?.spanContext().spanId);
  });

  it('is the active one while it is processed, so that what a function calls is seen under it', () => {
    const seen: (string | undefined)[] = [];
    const driver = drive((builder) => {
      builder.stream('in', STRINGS).foreach(() => seen.push(trace.getActiveSpan()?.spanContext().spanId));
    });
    const input = driver.inputTopic('in', STRINGS);
    input.pipe('a', '1', { headers: sampled() });
    input.pipe('a', '2');
    expect(seen).toEqual([spans.spans('process in')[0]?.spanContext().spanId, undefined]);
  });

  it('keeps its span open until a promise of a processor is settled', async () => {
    let release: () => void = () => undefined;
    const driver = drive((builder) => {
      builder
        .stream('in', STRINGS)
        .process(() => ({
          process: () =>
            new Promise<void>((resolve) => {
              release = resolve;
            }),
        }))
        .to('out', STRINGS);
    });
    driver.inputTopic('in', STRINGS).pipe('a', '1', { headers: sampled() });
    expect(spans.spans('process in')).toHaveLength(0);
    release();
    await driver.settle();
    expect(spans.spans('process in')).toHaveLength(1);
    expect(spans.spans('process batch')).toHaveLength(1);
  });

  it('says the code and the place of what it failed with, and nothing of what is in it', () => {
    const driver = drive(
      (builder) => {
        builder
          .stream('in', STRINGS)
          .mapValues(
            (value): string => {
              throw new Error(`no ${value}`);
            },
            { name: 'refuses' },
          )
          .to('out', STRINGS);
      },
      {},
      { processingErrorHandler: 'continue' },
    );
    driver.inputTopic('in', STRINGS).pipe('a', 'secret', { headers: sampled() });
    const [span] = spans.spans('process in');
    expect(span?.status).toEqual({ code: 2, message: 'PROCESSING_FAILED' });
    expect(span?.attributes).toMatchObject({ 'error.type': 'PROCESSING_FAILED', 'millrace.node': 'refuses' });
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('secret');
  });

  it('ends with its task', async () => {
    const driver = drive((builder) => {
      builder.stream('in', STRINGS).foreach(() => {
        throw new Error('broken');
      });
    });
    expect(() => {
      driver.inputTopic('in', STRINGS).pipe('a', '1', { headers: sampled() });
    }).toThrow('broken');
    await driver.close();
    expect(spans.spans('process in')[0]?.status.code).toBe(2);
    expect(spans.spans('process batch')).toHaveLength(1);
  });
});

describe('a record that nobody follows', () => {
  it('has no span of its own, and what its headers say goes on as it was', () => {
    const driver = drive(copy);
    const input = driver.inputTopic('in', STRINGS);
    const output = driver.outputTopic('out', STRINGS);
    for (const headers of [
      sampled(TRACE, PARENT, '00'),
      [textHeader('traceparent', 'of another kind, long enough to be one 01')],
      [],
    ]) {
      input.pipe('a', '1', { headers });
      expect(output.readRecord().headers).toEqual(headers);
    }
    expect(spans.spans('process in')).toHaveLength(0);
  });

  it('begins a trace where it has none and startTraces says so', () => {
    const driver = drive(copy, { startTraces: 1 });
    const input = driver.inputTopic('in', STRINGS);
    input.pipe('a', '1');
    input.pipe('a', '2', { headers: sampled(TRACE, PARENT, '00') });
    const [span, ...others] = spans.spans('process in');
    expect(others).toEqual([]);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(traceIn(driver.outputTopic('out', STRINGS).readRecord().headers)?.trace).toBe(span?.spanContext().traceId);
  });

  it('begins a trace in the share of startTraces, and those that pass unasked are counted', () => {
    const { tracing } = openTelemetry({
      tracerProvider: spans.provider,
      startTraces: 0.1,
      batchesPerSecond: Infinity,
    });
    const task = tracing!.task('orders', '0_0');
    const [turns, records] = [20, 500];
    for (let turn = 0; turn < turns; turn += 1) {
      for (let offset = 0; offset < records; offset += 1) {
        if (task.unasked > 0) task.unasked -= 1;
        else if (task.taken('in', 0, offset, []).length > 0) task.processed(false);
      }
      task.turnEnded(false);
    }
    const batches = spans.spans('process batch');
    expect(batches.map(({ attributes }) => attributes['messaging.batch.message_count'])).toEqual(
      Array<number>(turns).fill(records),
    );
    // A thousand, give or take thirty: five times that never happens.
    const followed = spans.spans('process in').length;
    expect(followed).toBeGreaterThan(850);
    expect(followed).toBeLessThan(1_150);
  });

  it('is one of a batch all the same', () => {
    const driver = drive(copy, { batchesPerSecond: Infinity });
    const input = driver.inputTopic('in', STRINGS);
    input.pipe('a', '1');
    input.pipe('a', '2', { headers: sampled() });
    const batches = spans.spans('process batch');
    expect(batches.map(({ attributes }) => attributes['messaging.batch.message_count'])).toEqual([1, 1]);
    const [record] = spans.spans('process in');
    expect(batches.map(({ links }) => links.map((link) => link.context.spanId))).toEqual([
      [],
      [record?.spanContext().spanId],
    ]);
    expect(record?.links.map((link) => link.context.spanId)).toEqual([batches[1]?.spanContext().spanId]);
  });
});

it('of the turns of a task only so many a second have a span, each of its own records alone', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { tracing } = openTelemetry({ tracerProvider: spans.provider, batchesPerSecond: 4 });
  const [busy, other] = [tracing!.task('orders', '0_0'), tracing!.task('orders', '0_1')];
  const turn = (task: TaskTracing, records: number): void => {
    for (let offset = 0; offset < records; offset += 1) {
      if (task.unasked > 0) task.unasked -= 1;
      else task.taken('in', 0, offset, []);
    }
    task.turnEnded(false);
  };
  for (let at = 0; at < 1_000; at += 50) {
    turn(busy, at + 1);
    vi.advanceTimersByTime(50);
  }
  turn(other, 7);
  const counts = spans.spans('process batch').map(({ attributes }) => attributes['messaging.batch.message_count']);
  expect(counts).toEqual([1, 251, 501, 751, 7]);
});

it('batchesPerSecond: 0 leaves only the records that are followed', () => {
  const driver = drive(copy, { batchesPerSecond: 0 });
  const input = driver.inputTopic('in', STRINGS);
  input.pipe('a', '1');
  input.pipe('a', '2', { headers: sampled() });
  expect(spans.spans().map(({ name }) => name)).toEqual(['process in']);
});

it('hands tracestate on with what the sampler made of it', () => {
  const driver = drive(copy);
  const state = textHeader('tracestate', 'vendor=one');
  driver.inputTopic('in', STRINGS).pipe('a', '1', { headers: [...sampled(), state] });
  const { headers } = driver.outputTopic('out', STRINGS).readRecord();
  expect(headers.filter(([name]) => name === 'tracestate')).toEqual([state]);
});

it('without an SDK nothing is changed', () => {
  const builder = new StreamsBuilder();
  copy(builder);
  const driver = new TopologyTestDriver(builder.build(), { telemetry: openTelemetry({ startTraces: 1 }) });
  open.push(driver);
  const input = driver.inputTopic('in', STRINGS);
  input.pipe('a', '1');
  input.pipe('a', '2', { headers: sampled() });
  const written = driver.outputTopic('out', STRINGS).readRecords();
  expect(written.map(({ headers }) => headers)).toEqual([[], sampled()]);
});

it('a result of records of several traces is linked to all of them', () => {
  const driver = drive((builder) => {
    builder
      .stream('in', STRINGS)
      .groupByKey()
      .count({ store: 'counts' })
      .toStream()
      .to('out', { value: serdes.long() });
  });
  const input = driver.inputTopic('in', STRINGS);
  input.pipe('a', '1', { headers: sampled() });
  input.pipe('b', '2', { headers: sampled(OTHER_TRACE) });
  expect(spans.spans('merge KSTREAM-AGGREGATE-0000000001')).toHaveLength(0);
  input.pipe('a', '3', { headers: sampled(OTHER_TRACE) });
  const records = spans.spans('process in').map((span) => span.spanContext().spanId);
  const [merge, ...others] = spans.spans('merge KSTREAM-AGGREGATE-0000000001');
  expect(others).toEqual([]);
  expect(merge?.parentSpanContext?.spanId).toBe(records[2]);
  expect(merge?.links.map((link) => link.context.spanId)).toEqual([records[0]]);
  const [, , last] = driver.outputTopic('out', { key: serdes.string(), value: serdes.long() }).readRecords();
  expect(traceIn(last!.headers)).toEqual({ trace: OTHER_TRACE, span: merge?.spanContext().spanId });
});

it.each([-1, Number.NaN, true])('batchesPerSecond %s is refused', (batchesPerSecond) => {
  expect(() => openTelemetry({ batchesPerSecond: batchesPerSecond as number })).toThrow(
    /batchesPerSecond of openTelemetry\(\) must be a number from 0/,
  );
});

it.each([1.1, -1, Number.NaN, 'all'])('startTraces %s is refused', (startTraces) => {
  expect(() => openTelemetry({ startTraces: startTraces as number })).toThrow(
    /startTraces of openTelemetry\(\) must be/,
  );
});
