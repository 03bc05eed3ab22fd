import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Silence } from '../../dashboard/silence.js';

let told: string[];
let silence: Silence;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  silence = new Silence(
    () => told.push('quiet'),
    () => told.push('lost'),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

it('says nothing while it hears something every second', () => {
  for (let second = 0; second < 60; second += 1) {
    vi.advanceTimersByTime(1_000);
    silence.heard();
  }
  expect(told).toEqual([]);
});

it('notices two seconds without a word, and gives the connection up after ten', () => {
  vi.advanceTimersByTime(1_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['quiet']);
  vi.advanceTimersByTime(8_000);
  expect(told).toEqual(['quiet', 'lost']);
});

it('begins anew with each word, and not after the end', () => {
  vi.advanceTimersByTime(5_000);
  silence.heard();
  vi.advanceTimersByTime(2_000);
  expect(told).toEqual(['quiet', 'quiet']);
  silence.end();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['quiet', 'quiet']);
  expect(vi.getTimerCount()).toBe(0);
});
