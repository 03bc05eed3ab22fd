import { fc } from '../../property.js';
import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import { JoinWindows, type JoinWindowsOptions } from '../../../src/time/join-windows.js';
import type { Optimize } from '../../../src/topology/optimise/optimize.js';
import { STRINGS } from '../timeline.js';

const pair = (left: string | null, right: string | null): string => `${left ?? '?'}${right ?? '?'}`;

type Input = readonly [key: string | null, value: string | null, timestamp: number];

/** What each record brings about. */
function run(
  type: 'join' | 'leftJoin' | 'outerJoin',
  windows: JoinWindowsOptions,
  inputs: readonly Input[],
  optimize: Optimize = 'all',
): { results: string[]; stores: number } {
  const builder = new StreamsBuilder();
  const stream = builder.stream('in', STRINGS);
  const near = JoinWindows.of(windows);
  if (type === 'join') stream.join(stream, pair, near).to('out', STRINGS);
  else if (type === 'leftJoin') stream.leftJoin(stream, pair, near).to('out', STRINGS);
  else stream.outerJoin(stream, pair, near).to('out', STRINGS);
  const topology = builder.build({ optimize });
  const driver = new TopologyTestDriver(topology, { now: 0 });
  const input = driver.inputTopic('in', STRINGS);
  const output = driver.outputTopic('out', STRINGS);
  const results = inputs.map(([key, value, timestamp]) => {
    input.pipe(key, value, { timestamp });
    return output
      .readRecords()
      .map((record) => `${record.key ?? '-'}=${record.value ?? '-'}@${String(record.timestamp)}`)
      .join(' ');
  });
  return { results, stores: topology.stores.size };
}

const inputs = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', null),
    fc.option(fc.constantFrom('1', '2', '3'), { freq: 8 }),
    fc.integer({ min: 50, max: 90 }),
  ),
  { maxLength: 40 },
);

describe('join of a stream with itself over one store', () => {
  it('has the pair with itself before those of younger records', () => {
    const { results, stores } = run('join', { timeDifference: 10, grace: 100 }, [
      ['a', '1', 10],
      ['a', '2', 20],
      ['a', '3', 15],
      ['b', '4', 15],
    ]);
    expect(stores).toBe(1);
    expect(results).toEqual([
      'a=11@10',
      'a=21@20 a=12@20 a=22@20',
      'a=31@15 a=32@20 a=13@15 a=33@15 a=23@20',
      'b=44@15',
    ]);
  });

  it.each([0, 1])('joins a record with itself when its window has no length (grace %d)', (grace) => {
    const records: Input[] = [
      ['a', '1', 10],
      ['a', '2', 10],
      ['a', '3', 11],
    ];
    const windows = { timeDifference: 0, grace };
    expect(run('join', windows, records)).toEqual({
      results: ['a=11@10', 'a=21@10 a=12@10 a=22@10', 'a=33@11'],
      stores: 1,
    });
    expect(run('join', windows, records, 'none').results).toEqual(['a=11@10', 'a=21@10 a=12@10 a=22@10', 'a=33@11']);
  });

  it('drops what has no key or no value', () => {
    const { results } = run('join', { timeDifference: 10 }, [
      [null, '1', 10],
      ['a', null, 10],
      ['a', '2', 11],
    ]);
    expect(results).toEqual(['', '', 'a=22@11']);
  });

  it.each<JoinWindowsOptions>([
    { timeDifference: 10, grace: 40 },
    { timeDifference: 0, before: 3, after: 12, grace: 40 },
    { timeDifference: 0, before: -2, after: 12, grace: 40 },
    { timeDifference: 0, before: 9, after: -4, grace: 40 },
  ])('gives the same results in the same order as one over two stores: %j', (windows) => {
    fc.assert(
      fc.property(inputs, (records) => {
        expect(run('join', windows, records).results).toEqual(run('join', windows, records, 'none').results);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['leftJoin', 'outerJoin'] as const)('%s: no record is without a partner, and null keys stay', (type) => {
    const windows = { timeDifference: 10, grace: 40 };
    expect(run(type, windows, []).stores).toBe(1);
    const unkeyed = type === 'leftJoin' ? '-=1?@10' : '-=1?@10 -=?1@10';
    expect(run(type, windows, [[null, '1', 10]]).results).toEqual([unkeyed]);
    fc.assert(
      fc.property(inputs, (records) => {
        const late = (line: string): string =>
          // Two stores let a late record go without a partner that is itself, and then join it with itself.
          line
            .split(' ')
            .filter((result) => !result.includes('?') || result.startsWith('-'))
            .join(' ');
        expect(run(type, windows, records).results).toEqual(run(type, windows, records, 'none').results.map(late));
      }),
      { numRuns: 60 },
    );
  });

  it.each(['leftJoin', 'outerJoin'] as const)(
    '%s: stays as it is when the window leaves a record itself out',
    (type) => {
      const windows = { timeDifference: 0, before: -2, after: 10 };
      const records: Input[] = [
        ['a', '1', 10],
        ['b', '2', 50],
      ];
      const optimized = run(type, windows, records);
      expect(optimized).toEqual(run(type, windows, records, 'none'));
      expect(optimized.results[1]).toContain('a=1?@10');
    },
  );
});
