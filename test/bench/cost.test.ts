import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readObservedArguments } from '../../bench/observed/arguments.js';
import { costOf, costTable, roundOf, type Both, type Round, type Share, type Turn } from '../../bench/observed/cost.js';
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

describe('two runs in turns', () => {
  const SECONDS = 3;
  /** Turns of three seconds, alone first, with the rate of each run in each of its turns, a moment told every half second. */
  function taken(rates: readonly number[]): { turns: Turn[]; runs: Both<Progress[]> } {
    const runs: Both<Progress[]> = { alone: [], observed: [] };
    const done = { alone: 1, observed: 1 };
    const turns = rates.map((rate, at): Turn => {
      const run = at % 2 === 0 ? 'alone' : 'observed';
      const from = 1_000_000 + at * SECONDS * 1000;
      for (let ms = 0; ms <= SECONDS * 1000; ms += 500) {
        if (ms > 0) done[run] += rate / 2;
        runs[run].push({ at: from + ms, records: done[run], cpuMs: done[run] * (run === 'alone' ? 0.01 : 0.02) });
      }
      return { run, from, until: from + SECONDS * 1000 };
    });
    return { turns, runs };
  }

  it('are compared by what each did in its own turns, those left out that are for settling', () => {
    const { turns, runs } = taken([10, 10, 1_000, 800, 2_000, 1_600]);
    const { alone, observed } = roundOf(turns, runs, 1);
    expect(alone.recordsPerSecond).toBeCloseTo(1_500);
    expect(observed.recordsPerSecond).toBeCloseTo(1_200);
    expect(alone.cpuMsPerThousand).toBeCloseTo(10);
    expect(observed.cpuMsPerThousand).toBeCloseTo(20);
  });

  it('settle for five turns each', () => {
    const settling = Array.from({ length: 10 }, () => 10);
    const { turns, runs } = taken([...settling, 1_000, 800]);
    expect(roundOf(turns, runs).observed.recordsPerSecond).toBeCloseTo(800);
    expect(() => roundOf(turns.slice(0, 10), runs)).toThrow(/each had 6 turns/);
  });

  it('are compared by turns that both had', () => {
    const odd = taken([10, 10, 1_000, 800, 5_000]);
    expect(roundOf(odd.turns, odd.runs, 1).alone.recordsPerSecond).toBeCloseTo(1_000);
    const silent = taken([10, 10, 1_000, 800, 5_000, 4_000]);
    const until = silent.turns[5]?.from ?? 0;
    const runs = { ...silent.runs, observed: silent.runs.observed.filter(({ at }) => at < until) };
    expect(roundOf(silent.turns, runs, 1).alone.recordsPerSecond).toBeCloseTo(1_000);
  });

  it('cannot be compared when there were too few', () => {
    const { turns, runs } = taken([1_000, 800]);
    expect(() => roundOf(turns, runs, 1)).toThrow(/each had 2 turns: give them more records/);
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
      ...{ rounds: 5, records: 12_000_000, guarantee: 'at_least_once' },
      ...{ parts: ['server', 'metrics', 'traces'], workloads: ['map', 'count', 'agg', 'repart', 'join'] },
    });
    expect(read(['--parts', 'server', '--workloads', 'map'])).toMatchObject({ parts: ['server'], workloads: ['map'] });
  });

  it('refuses a part that is none', () => {
    expect(() => read(['--parts', 'logs'])).toThrow(/"logs" is none of/);
  });
});
