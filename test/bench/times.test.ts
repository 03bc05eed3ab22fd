import { describe, expect, it } from 'vitest';
import { readTimes, timesTable } from '../../bench/latency/times.js';

const LINE = 'latency rate=5000 answered 300000 of 300000, p50 52.9 ms, p99 101.3 ms, p99.9 140.0 ms, max 211.4 ms';

describe('the times of a run', () => {
  it('are read from the last line of the probe', () => {
    expect(readTimes(`something else\n${LINE}\n`)).toEqual({ p50: 52.9, p99: 101.3, p999: 140 });
  });

  it('are none where orders had no answer, or the probe said nothing', () => {
    expect(() => readTimes(LINE.replace('answered 300000', 'answered 299999'))).toThrow('orders had no answer');
    expect(() => readTimes('')).toThrow('the probe gave no figures: (nothing)');
    expect(() => readTimes(LINE.replace('140.0', 'NaN'))).toThrow('the probe gave no figures');
  });

  it('stand side by side as medians, with ratios of each pair', () => {
    const pair = (jvm: number, millrace: number) => ({
      jvm: { p50: jvm, p99: jvm * 2, p999: jvm * 4 },
      millrace: { p50: millrace, p99: millrace * 2, p999: millrace * 4 },
    });
    const table = timesTable(new Map([['exactly_once_v2', [pair(10, 5), pair(20, 20), pair(30, 6)]]]));
    const rows = table.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
    expect(rows[2]?.slice(1, 6)).toEqual([
      'exactly_once_v2',
      'p50',
      '20.0 (10.0–30.0)',
      '6.0 (5.0–20.0)',
      '0.50 (0.20–1.00)',
    ]);
    expect(rows.slice(2).map((row) => row[2])).toEqual(['p50', 'p99', 'p99.9']);
  });
});
