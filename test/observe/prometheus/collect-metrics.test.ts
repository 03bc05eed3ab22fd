import { Gauge, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { MetricsSnapshot } from '../../../src/observe/measurements.js';
import { collectMetrics } from '../../../src/observe/prometheus/collect-metrics.js';
import { CATALOG } from '../../../src/observe/catalog.js';
import { MEASURED } from '../measured-application.js';

it('writes all metrics as Prometheus reads them', async () => {
  const text = await collectMetrics({ metrics: () => MEASURED }, new Registry()).metrics();
  for (const { name, type } of CATALOG) expect(text).toContain(`# TYPE ${name} ${type}\n`);
  expect(text).toContain('\nmillrace_records_processed_total{application="orders"} 101\n');
  expect(text).toContain('\nmillrace_records_dropped_total{application="orders",reason="late"} 3\n');
  const labels = 'application="orders",node="KSTREAM-SINK-01",topic="spend"';
  const latency = 'millrace_end_to_end_latency_seconds';
  expect(text).toContain(`\n${latency}_bucket{${labels},le="0.005"} 0\n`);
  expect(text).toContain(`\n${latency}_bucket{${labels},le="0.01"} 1\n`);
  expect(text).toContain(`\n${latency}_bucket{${labels},le="2.5"} 2\n`);
  expect(text).toContain(`\n${latency}_bucket{${labels},le="+Inf"} 2\n`);
  expect(text).toContain(`\n${latency}_sum{${labels}} 2.01\n`);
  expect(text).toContain(`\n${latency}_count{${labels}} 2\n`);
});

it('reads the numbers anew, and once, whenever it is asked', async () => {
  let asked = 0;
  const streams = { metrics: (): MetricsSnapshot => ({ ...MEASURED, processed: (asked += 1) }) };
  const registry = collectMetrics(streams, new Registry());
  expect(await registry.metrics()).toContain('millrace_records_processed_total{application="orders"} 1\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await registry.metrics()).toContain('millrace_records_processed_total{application="orders"} 2\n');
  expect(asked).toBe(2);
});

it('goes into a registry that has other metrics, and other applications', async () => {
  const registry = new Registry();
  new Gauge({ name: 'mine', help: 'of the service', registers: [registry] }).set(1);
  collectMetrics({ metrics: () => MEASURED }, registry);
  collectMetrics({ metrics: () => ({ ...MEASURED, applicationId: 'refunds', lag: 99 }) }, registry);
  const text = await registry.metrics();
  expect(text).toContain('\nmine 1\n');
  expect(text).toContain('millrace_lag_records{application="orders"} 7\n');
  expect(text).toContain('millrace_lag_records{application="refunds"} 99\n');
});

it('has an application that was started anew once', async () => {
  const registry = new Registry();
  for (const [state, lag] of [
    ['ERROR', 1],
    ['NOT_RUNNING', 2],
    ['RUNNING', 3],
    ['RUNNING', 4],
  ] as const) {
    collectMetrics({ metrics: () => ({ ...MEASURED, state, lag }) }, registry);
  }
  const lags = (await registry.metrics()).match(/^millrace_lag_records\{.*$/gm);
  expect(lags).toEqual([
    'millrace_lag_records{application="orders"} 3',
    'millrace_lag_records{application="orders"} 4',
  ]);
});
