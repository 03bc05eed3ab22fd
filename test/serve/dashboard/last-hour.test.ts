import { beforeEach, expect, it } from 'vitest';
import type { MetricsSnapshot } from '../../../src/observe/measurements.js';
import { LastHour, SAMPLE_MS } from '../../../src/serve/dashboard/last-hour.js';
import { histogramOf, MEASURED } from '../../observe/measured-application.js';

let now: number;
let measured: MetricsSnapshot;
let hour: LastHour;

beforeEach(() => {
  now = 1_000_000;
  measured = MEASURED;
  hour = new LastHour(
    () => measured,
    () => now,
    () => ({ rss: 10, heapUsed: 4 }),
  );
  hour.look();
});

it('tells of the time between two looks', () => {
  now += 5_000;
  measured = {
    ...MEASURED,
    processed: MEASURED.processed + 500,
    processing: { ...MEASURED.processing, busy: MEASURED.processing.busy + 2_500 },
    commits: { ...MEASURED.commits, latency: histogramOf(16, 40, 60) },
  };
  hour.look();
  expect(hour.since(0)).toEqual([
    { at: now, rate: 100, busy: 0.5, lag: 7, commitMs: 100, loopMs: null, memory: 10, heap: 4 },
  ]);
  expect(hour.since(now)).toEqual([]);
});

it('begins anew with an instance that was replaced', () => {
  now += 5_000;
  measured = { ...MEASURED, processed: 50, processing: { ...MEASURED.processing, busy: 5_000 } };
  hour.look();
  expect(hour.since(0)[0]).toMatchObject({ rate: 10, busy: 1 });
});

it('keeps an hour', () => {
  for (let i = 0; i < 1_000; i += 1) {
    now += SAMPLE_MS;
    hour.look();
  }
  const samples = hour.since(0);
  expect(samples).toHaveLength(720);
  expect(samples[0]?.at).toBe(now - 3_600_000 + SAMPLE_MS);
  expect(hour.since(now - 2 * SAMPLE_MS)).toHaveLength(2);
});
