import { describe, expect, it } from 'vitest';
import { SessionGeometry } from '../../../../src/store/overlay/session/session-geometry.js';

const times = { retentionMs: 100_000, gapMs: 10_000, segmentIntervalMs: undefined, exact: false };

describe('SessionGeometry', () => {
  it('cuts rows of four gaps, longer where retention is long, so that no record has many to look through', () => {
    expect(new SessionGeometry(times).rowMs).toBe(40_000);
    expect(new SessionGeometry({ ...times, gapMs: 10 }).rowMs).toBe(6_250);
    expect(new SessionGeometry({ ...times, gapMs: undefined }).rowMs).toBe(100_000);
    expect(new SessionGeometry({ ...times, retentionMs: 0, gapMs: undefined }).rowMs).toBe(1);
  });

  it('numbers rows from the epoch; what ends before is in the first', () => {
    const geometry = new SessionGeometry(times);
    expect([-1, 0, 39_999, 40_000].map((end) => geometry.rowOf(end))).toEqual([0, 0, 0, 1]);
    expect(geometry.rowStart(3)).toBe(120_000);
  });

  it('shows what ended within the retention, and keeps whole segments', () => {
    const geometry = new SessionGeometry(times);
    expect(geometry.firstVisible(300_000)).toBe(200_001);
    // Segments of at least 60 s.
    expect(geometry.firstLive(300_000)).toBe(180_000);
    expect(geometry.firstLive(99_999)).toBe(Number.NEGATIVE_INFINITY);
    expect(geometry.firstVisible(-1)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps to the millisecond in memory', () => {
    const geometry = new SessionGeometry({ ...times, exact: true });
    expect(geometry.firstLive(300_000)).toBe(200_001);
  });
});
