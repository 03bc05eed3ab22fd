/** Numbers of an application, each of them another, so that a metric that reads the wrong one is found out. */
import { Histogram, type HistogramSnapshot } from '../../src/observe/histogram.js';
import type { MetricsSnapshot } from '../../src/observe/measurements.js';

export function histogramOf(...lengths: number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const length of lengths) histogram.observe(length);
  return histogram.snapshot();
}

export const MEASURED: MetricsSnapshot = {
  applicationId: 'orders',
  state: 'RUNNING',
  processed: 101,
  dropped: { late: 3, undecodable: 4 },
  retried: 5,
  deadLetters: 6,
  late: 3,
  connected: true,
  lag: 7,
  outOfRange: 8,
  latency: {
    sources: [{ topic: 'orders', age: histogramOf(9) }],
    sinks: [{ node: 'KSTREAM-SINK-01', topic: 'spend', endToEnd: histogramOf(10, 2_000) }],
  },
  processing: { busy: 11_000, latency: histogramOf(6) },
  commits: { count: 12, lastLatency: 13, averageLatency: 14, maxLatency: 15, latency: histogramOf(16) },
  eventLoop: { longestStall: 17_000, delay: histogramOf(18) },
  queries: { wait: histogramOf(47) },
  stalls: { count: 19, now: [{ task: '0_0', reason: 'the producer is full', forMs: 61_000 }] },
  restore: {
    records: 20,
    stores: 21,
    lag: 22,
    now: [
      { task: '0_2', store: 'counts', topic: 'orders-counts-changelog', partition: 2, position: 1, end: 23 },
      { task: '0_3', store: 'counts', topic: 'orders-counts-changelog', partition: 3, position: 1, end: 1 },
    ],
  },
  cache: { resident: 24, held: 25, uncommitted: 26, capacity: 27 },
  stores: [
    { store: 'counts', resident: 42, uncommitted: 43, written: 44 },
    { store: 'fresh', resident: 45, uncommitted: 46, written: null },
  ],
  stateFolder: { bytes: 28 },
  producer: { buffered: 29, capacity: 30, waiting: 31 },
  fetch: { buffered: 32, capacity: 33, full: 34 },
  rebalances: { count: 35, lost: 36, lastDuration: 37, totalDuration: 38_000 },
  tasks: [
    { id: '0_0', streamTime: 39_000, lag: 40 },
    { id: '0_1', streamTime: -1, lag: null },
    { id: '0_4', streamTime: -1, lag: null },
  ],
};
