/** The last hour in lines: commits, the event loop, memory, and how much was to do. */
import type { JSX } from 'preact';
import type { HourSample } from '../src/serve/dashboard/last-hour.js';
import { Chart } from './chart.js';
import { bytes, count, duration, percent, rate } from './format.js';
import { latest, type Model } from './model.js';

const CHARTS: readonly {
  readonly title: string;
  readonly value: (of: HourSample) => number | null;
  readonly format: (value: number | null) => string;
}[] = [
  { title: 'Records processed', value: (one) => one.rate, format: rate },
  { title: 'Lag', value: (one) => one.lag, format: count },
  { title: 'Commit latency (p99)', value: (one) => one.commitMs, format: duration },
  { title: 'Event loop delay (p99)', value: (one) => one.loopMs, format: duration },
  { title: 'Memory of the process', value: (one) => one.memory, format: bytes },
  { title: 'Heap in use', value: (one) => one.heap, format: bytes },
  { title: 'Busy', value: (one) => one.busy, format: (value) => (value === null ? '–' : percent(value)) },
];

export function HealthPage({ model }: { readonly model: Model }): JSX.Element {
  const { metrics, health, at } = latest(model);
  const facts: readonly (readonly [string, string])[] = [
    ['longest stall of the event loop', duration(metrics.eventLoop.longestStall)],
    ['commits', count(metrics.commits.count)],
    ['slowest commit', duration(metrics.commits.maxLatency)],
    ['rebalances', count(metrics.rebalances.count)],
    ['caches', `${bytes(metrics.cache.resident)} of ${bytes(metrics.cache.capacity)}`],
    ['to be acknowledged', `${bytes(metrics.producer.buffered)} of ${bytes(metrics.producer.capacity)}`],
    ['fetched ahead', `${bytes(metrics.fetch.buffered)} of ${bytes(metrics.fetch.capacity)}`],
    ['state folder', bytes(metrics.stateFolder.bytes)],
  ];
  return (
    <>
      <p>
        {health.ready ? 'Ready: every assigned task processes records.' : `Not ready: ${health.reasons.join('; ')}.`}
      </p>
      <div class="charts">
        {CHARTS.map(({ title, value, format }) => (
          <Chart
            key={title}
            title={title}
            samples={model.samples}
            value={value}
            format={format}
            now={at}
            binary={format === bytes}
          />
        ))}
      </div>
      <h2>Since the start</h2>
      <dl class="facts">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
