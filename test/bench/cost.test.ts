import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readObservedArguments } from '../../bench/observed/arguments.js';
import { costOf, costTable, roundOf, type Round, type Share } from '../../bench/observed/cost.js';
import { progressLine, readProgress, type Progress } from '../../bench/run/progress.js';

const share = (recordsPerSecond: number, cpuMsPerThousand: number): Share => ({ recordsPerSecond, cpuMsPerThousand });

const rounds: Round[] = [
  { alone: share(100_000, 10), observed: share(96_000, 10.5) },
  { alone: share(200_000, 5), observed: share(198_000, 5.1) },
  { alone: share(100_000, 10), observed: share(90_000, 11) },
];

describe('the cost of being observed', () => {
  it('is taken within each round, whatever the machine did in others', () => {
    const { rate, cpu } = costOf(rounds);
    expect(rate).toEqual({ median: 0.96, least: 0.9, most: 0.99 });
    expect(cpu.median).toBeCloseTo(1.05);
  });

  it('is printed as a table with a row for each workload', () => {
    const lines = costTable(new Map([['count', rounds]])).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('| 100 (100–200)');
    expect(lines[2]).toContain('| 96 (90–198)');
    expect(lines[2]).toContain('| 0.960 (0.900–0.990)');
  });
});

describe('two runs side by side', () => {
  /** So many records each second from a time on, s, for twice as much CPU time as there are thousands of them. */
  const run = (from: number, until: number, perSecond: number): Progress[] =>
    Array.from({ length: until - from + 1 }, (_, second) => ({
      at: (from + second) * 1000,
      records: 1 + second * perSecond,
      cpuMs: 500 + second * perSecond * 0.002,
    }));

  it('are compared while both are at work', () => {
    const alone = run(10, 20, 100_000);
    const observed = [...run(12, 20, 80_000), { at: 21_000, records: 1_000_000, cpuMs: 9_999 }];
    const { alone: one, observed: other } = roundOf(alone, observed);
    expect(one.recordsPerSecond).toBeCloseTo(100_000);
    expect(other.recordsPerSecond).toBeCloseTo(80_000);
    expect(one.cpuMsPerThousand).toBeCloseTo(2);
    expect(other.cpuMsPerThousand).toBeCloseTo(2);
  });

  it('count as evenly fast between two moments of which they told', () => {
    const alone = run(10, 20, 100_000).map((one) => ({ ...one, at: one.at + 300 }));
    const { observed } = roundOf(alone, run(0, 60, 50_000));
    expect(observed.recordsPerSecond).toBeCloseTo(50_000);
  });

  it('cannot be compared when they missed each other, or told nothing', () => {
    expect(() => roundOf(run(0, 5, 10), run(6, 9, 10))).toThrow(/give them more records/);
    expect(() => roundOf([], run(6, 9, 10))).toThrow(/told nothing/);
  });

  it('tell how far they have got as it is read', () => {
    const told = { at: 1_790_000_000_123, records: 4_711, cpuMs: 815 };
    const output = `starts\n${progressLine(told)}\nmillrace count at_least_once …\n`;
    expect(readProgress(output)).toEqual([told]);
  });
});

describe('the command line of bench:observed', () => {
  const read = (words: string[]): unknown =>
    readObservedArguments(words, new Command().exitOverride().configureOutput({ writeErr: () => undefined }));

  it('runs every workload in five rounds with all parts unless told otherwise', () => {
    expect(read([])).toMatchObject({
      ...{ rounds: 5, records: 5_000_000, guarantee: 'at_least_once' },
      ...{ parts: ['server', 'metrics', 'traces'], workloads: ['map', 'count', 'agg', 'repart', 'join'] },
    });
    expect(read(['--parts', 'server', '--workloads', 'map'])).toMatchObject({ parts: ['server'], workloads: ['map'] });
  });

  it('refuses a part that is none', () => {
    expect(() => read(['--parts', 'logs'])).toThrow(/"logs" is none of/);
  });
});
