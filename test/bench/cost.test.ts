import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../bench/compare/figures.js';
import { readObservedArguments } from '../../bench/observed/arguments.js';
import { costOf, costTable, type Round } from '../../bench/observed/cost.js';

const figures = (processedPerSecond: number, cpuSeconds: number): Figures => ({
  processedPerSecond,
  committedPerSecond: processedPerSecond / 2,
  seconds: 10,
  cpuSeconds,
  residentMegabytes: 200,
});

const rounds: Round[] = [
  { alone: figures(100_000, 10), observed: figures(96_000, 10.5) },
  { alone: figures(200_000, 5), observed: figures(198_000, 5.1) },
  { alone: figures(100_000, 10), observed: figures(90_000, 11) },
];

describe('the cost of being observed', () => {
  it('is taken within each round, whatever the machine did in others', () => {
    const { processed, committed, cpu } = costOf(rounds);
    expect(processed).toEqual({ median: 0.96, least: 0.9, most: 0.99 });
    expect(committed).toEqual(processed);
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
