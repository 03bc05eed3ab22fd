import { describe, expect, it } from 'vitest';
import { compare, readFigures, spread, type Figures } from '../../bench/compare/figures.js';
import { table } from '../../bench/compare/table.js';

const figures = (committedPerSecond: number, cpuSeconds: number): Figures => ({
  processedPerSecond: committedPerSecond + 1,
  committedPerSecond,
  seconds: 5_000_000 / committedPerSecond,
  cpuSeconds,
  residentMegabytes: 200,
});

describe('the figures of a run', () => {
  it('are read from the last line of either side', () => {
    const ours =
      'a warning\nmillrace count at_least_once workers=1 processed 150000 rec/s, committed 140000 rec/s, took 7.14 s, cpu 7.5 s, rss 210 MB\n';
    expect(readFigures(ours)).toEqual({
      processedPerSecond: 150_000,
      committedPerSecond: 140_000,
      seconds: 7.14,
      cpuSeconds: 7.5,
      residentMegabytes: 210,
    });
    const theirs =
      'jvm map at_least_once threads=1 processed 120000 rec/s, committed 110000 rec/s, took 9.09 s, cpu 20.1 s, rss 600 MB';
    expect(readFigures(theirs).committedPerSecond).toBe(110_000);
  });

  it('are not guessed when the run ended otherwise', () => {
    expect(() => readFigures('')).toThrow('(nothing)');
    expect(() => readFigures('jvm map at_least_once threads=1 processed NaN rec/s')).toThrow('no figures');
  });
});

describe('a comparison', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spread([10, 40, 20, 30])).toEqual({ median: 25, least: 10, most: 40 });
  });

  it('takes ratios within each round', () => {
    const result = compare([
      { jvm: figures(50_000, 30), millrace: figures(150_000, 6) },
      { jvm: figures(100_000, 20), millrace: figures(100_000, 10) },
      { jvm: figures(50_000, 20), millrace: figures(100_000, 8) },
    ]);
    expect(result.committedRatio).toEqual({ median: 2, least: 1, most: 3 });
    expect(result.cpuRatio).toEqual({ median: 0.4, least: 0.2, most: 0.5 });
    expect(result.jvmCommitted.median).toBe(50_000);
    expect(result.jvmSeconds).toEqual({ median: 100, least: 50, most: 100 });
  });

  it('is printed as a table with a row for each workload', () => {
    const result = compare([{ jvm: figures(50_000, 30), millrace: figures(150_000, 6) }]);
    const lines = table(new Map([['count', result]])).split('\n');
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toContain('| 3.00 (3.00–3.00)');
    expect(lines[2]).toContain('| 100.0 (100.0–100.0) | 33.3 (33.3–33.3)');
  });
});
