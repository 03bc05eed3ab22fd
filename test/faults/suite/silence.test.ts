import { expect, it } from 'vitest';
import type { SeenRecord } from './journal.js';
import { longestSilence, silenceAround } from './silence.js';

const seen = (partition: number, ...times: number[]): SeenRecord[] =>
  times.map((seenAt) => ({ topic: 't', partition, offset: 0, timestamp: 0, key: 'k', value: 'v', seenAt }));
const records = [...seen(0, 100, 200, 900, 1_000), ...seen(1, 150, 950)];

it('is the longest stretch of one partition within the load', () => {
  expect(longestSilence(records, 100, 1_000)).toEqual({ partition: 1, ms: 800 });
  expect(longestSilence(seen(2, 100, 200), 0, 2_000)).toEqual({ partition: 2, ms: 1_800 });
  expect(longestSilence([...records, ...seen(0, 9_000)], 100, 1_000).ms).toBe(800);
});

it('belongs to a fault that goes on meanwhile', () => {
  const only = seen(0, 100, 200, 900, 1_000);
  expect(silenceAround(only, 0, 1_000, 850, 880)).toBe(700);
  expect(silenceAround(only, 0, 1_000, 950, 960)).toBe(100);
});
