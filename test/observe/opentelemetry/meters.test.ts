import {
  MeterProvider,
  MetricReader,
  type DataPoint,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { CATALOG, unitOf } from '../../../src/observe/catalog.js';
import { openTelemetry } from '../../../src/observe/opentelemetry/open-telemetry.js';
import type { Telemetry } from '../../../src/observe/telemetry.js';
import { InstanceMetrics } from '../../../src/worker/instance-metrics.js';
import { MEASURED } from '../measured-application.js';

class Read extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  async metrics(): Promise<ReadonlyMap<string, MetricData>> {
    const { resourceMetrics, errors } = await this.collect();
    expect(errors).toEqual([]);
    return new Map(
      resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map((one) => [one.descriptor.name, one])),
    );
  }
}

function measured(): { readonly telemetry: Telemetry; readonly reader: Read } {
  const reader = new Read();
  const meterProvider = new MeterProvider({ readers: [reader] });
  return { telemetry: openTelemetry({ meterProvider, traces: false }), reader };
}

it('gives the metrics of Prometheus, with the same names, labels and numbers', async () => {
  const { telemetry, reader } = measured();
  telemetry.watch({ metrics: () => MEASURED });
  const metrics = await reader.metrics();
  for (const entry of CATALOG.filter(({ type }) => type !== 'histogram')) {
    const found = metrics.get(entry.name);
    expect(found?.descriptor).toMatchObject({ name: entry.name, description: entry.help, unit: unitOf(entry) });
    const points = found?.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
    expect(points).toEqual(
      entry.read(MEASURED).map(({ labels, value }) => ({ attributes: { application: 'orders', ...labels }, value })),
    );
  }
  expect(telemetry.tracing).toBeNull();
});

it('reads the numbers anew each time, of all applications, once each', async () => {
  const { telemetry, reader } = measured();
  let asked = 0;
  const streams = { metrics: () => ({ ...MEASURED, processed: (asked += 1) }) };
  telemetry.watch(streams);
  telemetry.watch(streams);
  telemetry.watch({ metrics: () => ({ ...MEASURED, applicationId: 'refunds', processed: 7 }) });
  const processed = async (): Promise<unknown> =>
    (await reader.metrics())
      .get('millrace_records_processed_total')
      ?.dataPoints.map(({ attributes, value }) => [attributes['application'], value]);
  expect(await processed()).toEqual([
    ['orders', 1],
    ['refunds', 7],
  ]);
  expect(await processed()).toEqual([
    ['orders', 2],
    ['refunds', 7],
  ]);
});

it('counts lengths of time as they are measured, in the same buckets', async () => {
  const { telemetry, reader } = measured();
  const numbers = new InstanceMetrics(telemetry.lengths('orders'));
  numbers.commits.committed(16);
  numbers.work.worked(6);
  numbers.loopDelay.observe(18);
  numbers.queryWait.observe(47);
  numbers.latency.source('in').observe(9);
  numbers.latency.sink('sink', 'out').observe(10);
  numbers.latency.sink('sink', 'out').observe(2_000);
  const metrics = await reader.metrics();
  for (const { name } of CATALOG.filter(({ type }) => type === 'histogram')) {
    expect(metrics.get(name)?.descriptor).toMatchObject({ name, unit: 's' });
  }
  const [latency] = metrics.get('millrace_end_to_end_latency_seconds')?.dataPoints as DataPoint<Histogram>[];
  expect(latency?.attributes).toEqual({ application: 'orders', node: 'sink', topic: 'out' });
  expect(latency?.value).toMatchObject({ count: 2, sum: 2.01 });
  const { buckets } = numbers.latency.sink('sink', 'out').snapshot();
  expect(latency?.value.buckets.boundaries).toEqual(buckets.map(({ atMost }) => atMost / 1000));
  let below = 0;
  const cumulative = latency?.value.buckets.counts.slice(0, -1).map((count) => (below += count));
  expect(cumulative).toEqual(buckets.map(({ count }) => count));
});

it('tells each length of time once, however many there are and however often it is asked', async () => {
  const { telemetry, reader } = measured();
  const numbers = new InstanceMetrics(telemetry.lengths('orders'));
  const commits = async (): Promise<number | undefined> => {
    const metrics = await reader.metrics();
    const [point] = metrics.get('millrace_commit_latency_seconds')?.dataPoints as DataPoint<Histogram>[];
    return point?.value.count;
  };
  for (const [more, all] of [
    [1, 1],
    [255, 256],
    [256, 512],
    [0, 512],
    [1_000, 1_512],
  ] as const) {
    for (let at = 0; at < more; at++) numbers.commits.committed(at);
    expect(await commits()).toBe(all);
  }
});

it('metrics: false measures nothing', async () => {
  const reader = new Read();
  const telemetry = openTelemetry({ meterProvider: new MeterProvider({ readers: [reader] }), metrics: false });
  telemetry.watch({ metrics: () => MEASURED });
  expect(telemetry.lengths('orders')).toBeNull();
  expect((await reader.metrics()).size).toBe(0);
});

it('goes on with the lengths of an application that is started anew', async () => {
  const { telemetry, reader } = measured();
  telemetry.watch({ metrics: () => ({ ...MEASURED, state: 'ERROR', lag: 1 }) });
  new InstanceMetrics(telemetry.lengths('orders')).commits.committed(5);
  telemetry.watch({ metrics: () => ({ ...MEASURED, lag: 2 }) });
  new InstanceMetrics(telemetry.lengths('orders')).commits.committed(7);
  const metrics = await reader.metrics();
  expect(metrics.get('millrace_lag_records')?.dataPoints.map(({ value }) => value)).toEqual([2]);
  const lengths = metrics.get('millrace_commit_latency_seconds')?.dataPoints as DataPoint<Histogram>[];
  expect(lengths.map(({ value: { count, sum } }) => [count, sum])).toEqual([[2, 0.012]]);
  const of = (application: string, node: string): unknown =>
    telemetry.lengths(application)?.('millrace_end_to_end_latency_seconds', { node });
  expect(of('orders', 'sink')).toBe(of('orders', 'sink'));
  expect(of('orders', 'other')).not.toBe(of('orders', 'sink'));
  expect(of('refunds', 'sink')).not.toBe(of('orders', 'sink'));
});
