import { describe, expect, it } from 'vitest';
import type { Measurement } from './order.js';
import { report, type InstanceOutcome, type SoakOutcome } from './report.js';
import { trend } from './trend.js';

const good = { expected: 5, exact: 4, lost: 0, repeated: 1, unexplained: 0 };

function samples(memory: (i: number) => number, stallMs = 20): (Measurement & { at: number })[] {
  return Array.from({ length: 90 }, (_, i) => ({
    at: i * 1_000,
    residentMiB: memory(i),
    handles: 40,
    stallMs: i === 50 ? stallMs : 1,
    starvedMs: i === 20 ? 700 : 0,
    processed: i * 100,
    lag: 0,
  }));
}

function outcome(instance: Partial<InstanceOutcome> = {}, more: Partial<SoakOutcome> = {}): SoakOutcome {
  const one = { name: 'one', state: 'NOT_RUNNING', errors: [], warnings: 2, samples: samples(() => 200), ...instance };
  return { checks: { windows: good }, instances: [one], longestStallMs: 250, failures: [], ...more };
}

describe('the report of a soak', () => {
  it('finds all as promised, repetitions among it', () => {
    const { lines, failures } = report(outcome());
    expect(failures).toEqual([]);
    expect(lines).toContain('windows            5 expected, 4 exact, 1 repeated or too high, 0 lost, 0 unexplained');
    expect(lines).toContain('one memory         200 to 200 MiB, most 200, slope +0.0 MiB/h: flat');
    expect(lines).toContain(
      'one stall          longest 20 ms of 250 ms, after 0.8 min; it waited for a processor for at most 700 ms',
    );
  });

  it.each([
    ['memory', outcome({ samples: samples((i) => 200 + 2 * i) }), 'one: memory grows by 7200 MiB an hour'],
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

describe('a trend', () => {
  const minutely = (value: (i: number) => number): { at: number; value: number }[] =>
    Array.from({ length: 61 }, (_, i) => ({ at: i * 60_000, value: value(i) }));

  it('is the slope of the best line, without the first third', () => {
    const rising = trend(
      minutely((i) => (i < 20 ? 0 : 100 + i)),
      10,
    );
    expect(rising.perHour).toBeCloseTo(60);
    expect(rising.growth).toBeCloseTo(40);
    expect(rising).toMatchObject({ first: 120, last: 160, most: 160, flat: false });
  });

  it('is flat where values go up and down', () => {
    expect(
      trend(
        minutely((i) => 100 + (i % 7)),
        10,
      ).flat,
    ).toBe(true);
    expect(trend([], 10)).toMatchObject({ perHour: 0, flat: true });
  });
});
