import { describe, expect, it } from 'vitest';
import { trend, type Sample } from './trend.js';

const MINUTES = 60;
const EVERY_MS = 1_000;
const ALLOWED = 48;

/** An hour, a sample a second. */
function hour(value: (minute: number, i: number) => number): Sample[] {
  return Array.from({ length: MINUTES * 60 + 1 }, (_, i) => ({ at: i * EVERY_MS, value: value(i / 60, i) }));
}

/** What a disturbance every five minutes adds for one and a half. */
function spike(minute: number): number {
  return minute % 5 < 1.5 ? 150 : 0;
}

/** What a collector lets grow for three minutes at a time. */
function sawtooth(minute: number): number {
  return (minute % 3) * 40;
}

describe('a trend', () => {
  it('has the lows of ten stretches after the first third, and their slope', () => {
    const rising = trend(
      hour((minute) => (minute < 20 ? 0 : 100 + minute)),
      10,
    );
    expect(rising.lows).toHaveLength(10);
    expect(rising.lows[0]).toBeCloseTo(120);
    expect(rising.lows[9]).toBeCloseTo(156);
    expect(rising.most).toBe(160);
    expect(rising.perHour).toBeCloseTo(60);
    expect(rising.growth).toBeCloseTo(36);
    expect(rising.flat).toBe(false);
  });

  it.each<[string, (minute: number, i: number) => number]>([
    ['values that go up and down', (_, i) => 200 + (i % 7)],
    ['spikes', (minute) => 200 + spike(minute)],
    ['a spike at the very end', (minute) => (minute > 58 ? 321 : 210)],
    ['spikes that fill the last two stretches', (minute) => (minute > 52 ? 400 : 210)],
    ['spikes that become higher', (minute) => 200 + spike(minute) * (minute / 20)],
    ['a sawtooth', (minute) => 200 + sawtooth(minute)],
    ['a sawtooth whose teeth become longer', (minute) => 200 + ((minute % 4) / 4) * 4 * minute],
    ['a step while it warms up', (minute) => (minute < 15 ? 120 : 260)],
    ['a slope while it warms up', (minute) => 120 + 10 * Math.min(minute, 19)],
    ['what becomes less', (minute) => 400 - 3 * minute],
  ])('is flat for %s', (_, value) => {
    expect(trend(hour(value), ALLOWED)).toMatchObject({ flat: true });
  });

  it.each<[string, (minute: number, i: number) => number]>([
    ['a slow leak', (minute) => 200 + 2 * minute],
    ['a slow leak below spikes', (minute) => 200 + 2 * minute + spike(minute)],
    ['a slow leak below a sawtooth', (minute) => 200 + 2 * minute + sawtooth(minute)],
    ['a leak at each disturbance', (minute) => 200 + 12 * Math.floor(minute / 5)],
    ['a step in the middle that stays', (minute) => (minute < 40 ? 200 : 300)],
  ])('grows for %s', (_, value) => {
    expect(trend(hour(value), ALLOWED)).toMatchObject({ flat: false });
  });

  it('allows a tenth of what is large', () => {
    expect(
      trend(
        hour((minute) => 2_000 + 3 * minute),
        ALLOWED,
      ).flat,
    ).toBe(true);
  });

  it('has nothing to tell of no sample, and of one', () => {
    expect(trend([], ALLOWED)).toEqual({ lows: [], most: 0, perHour: 0, growth: 0, flat: true });
    expect(trend([{ at: 5, value: 7 }], ALLOWED)).toEqual({ lows: [7], most: 7, perHour: 0, growth: 0, flat: true });
  });

  it('leaves out stretches without a sample', () => {
    const few = [0, 30, 45, 60].map((minute) => ({ at: minute * 60_000, value: minute }));
    expect(trend(few, ALLOWED).lows).toEqual([30, 45, 60]);
  });
});
