import { describe, expect, it } from 'vitest';
import type { Measurement } from './order.js';
import { report, type InstanceOutcome, type SoakOutcome } from './report.js';

const good = { expected: 5, exact: 4, lost: 0, repeated: 1, unexplained: 0 };

function samples(
  memory: (i: number) => number,
  stallMs = 20,
  inUse: (i: number) => number = () => 80,
): (Measurement & { at: number })[] {
  return Array.from({ length: 91 }, (_, i) => ({
    at: i * 1_000,
    residentMiB: memory(i),
    heapUsedMiB: i % 3 === 0 ? inUse(i) : 150 + (i % 40),
    externalMiB: 5,
    arrayBuffersMiB: 3,
    collected: i % 3 === 0,
    handles: 40,
    stallMs: i === 50 ? stallMs : 1,
    starvedMs: i === 20 ? 700 : 0,
    processed: i * 100,
    lag: 0,
  }));
}

function outcome(instance: Partial<InstanceOutcome> = {}, more: Partial<SoakOutcome> = {}): SoakOutcome {
  const one = {
    series: 'one.tsv',
    name: 'one',
    state: 'NOT_RUNNING',
    errors: [],
    warnings: 2,
    samples: samples(() => 200),
  };
  return {
    checks: { windows: good },
    instances: [{ ...one, ...instance }],
    longestStallMs: 250,
    failures: [],
    ...more,
  };
}

describe('the report of a soak', () => {
  it('finds all as promised, repetitions among it', () => {
    const { lines, failures } = report(outcome());
    expect(failures).toEqual([]);
    expect(lines).toContain('windows            5 expected, 4 exact, 1 repeated or too high, 0 lost, 0 unexplained');
    expect(lines).toContain(
      'one memory         lows 200 200 200 200 200 200 200 200 200 200 MiB, most 200, slope +0.0 MiB/h: flat',
    );
    expect(lines).toContain(
      'one in use         lows 85 85 85 85 85 85 85 85 85 85 MiB, most 85, slope +0.0 MiB/h: flat',
    );
    expect(lines).toContain('one handles        lows 40 40 40 40 40 40 40 40 40 40, most 40, slope +0.0/h: flat');
    expect(lines).toContain('one series         one.tsv');
    expect(lines).toContain(
      'one stall          longest 20 ms of 250 ms, after 0.8 min; it waited for a processor for at most 700 ms',
    );
  });

  it.each([
    ['memory', outcome({ samples: samples((i) => 200 + 2 * i) }), 'one: memory grows by 7200 MiB an hour'],
    [
      'memory in use',
      outcome({
        samples: samples(
          () => 200,
          20,
          (i) => 80 + i,
        ),
      }),
      'one: memory in use grows by 3600 MiB an hour',
    ],
    ['a stall', outcome({ samples: samples(() => 200, 251) }), 'one: its event loop stood still for 251 ms'],
    ['a loss', outcome({}, { checks: { windows: { ...good, lost: 1 } } }), 'windows: 1 lost'],
    ['a riddle', outcome({}, { checks: { windows: { ...good, unexplained: 3 } } }), 'windows: 3 unexplained'],
    ['an error', outcome({ errors: ['it broke'] }), 'one: it broke'],
    ['silence', outcome({ samples: [] }), 'one: nothing was measured'],
    ['emptiness', outcome({}, { checks: { windows: { ...good, expected: 0 } } }), 'windows: nothing was checked'],
    ['whatever else', outcome({}, { failures: ['in was not read to its end'] }), 'in was not read to its end'],
  ])('finds %s', (_, given, failure) => {
    const { lines, failures } = report(given);
    expect(failures).toEqual([failure]);
    expect(lines.at(-1)).toBe(`NOT AS PROMISED    ${failure}`);
  });
});
