import { describe, expect, it } from 'vitest';
import {
  bar,
  lengthText,
  LiveScreen,
  plainLine,
  rateOf,
  viewLines,
  type Shown,
} from '../../../src/cli/run/live-view.js';
import { Histogram } from '../../../src/observe/histogram.js';

const latency = new Histogram().snapshot();
const commits = { count: 12, lastLatency: 5.4, averageLatency: 5, maxLatency: 9, latency };

function shown(given: Partial<Shown> = {}): Shown {
  const tasks = ['0_0', '0_1'].map((id) => ({ id, streamTime: 0, lag: 0 }));
  return {
    ...{
      applicationId: 'orders',
      state: 'RUNNING',
      processed: 12_345,
      lag: 7,
      connected: true,
      late: 1,
      deadLetters: 0,
    },
    ...{ commits, tasks, stalls: { count: 0, now: [] }, restore: { now: [] } },
    ...given,
  };
}

describe('a running application', () => {
  it('is a few lines on a terminal', () => {
    expect(viewLines(shown(), 120, 83_000, ['warn  a broker is away'])).toEqual([
      'orders  RUNNING  for 00:01:23  (Ctrl-C ends it)',
      '  12,345 records, 120/s   lag 7   late 1   dead letters 0',
      '  12 commits, the last 5 ms   2 tasks: 0_0 0_1',
      '  warn  a broker is away',
    ]);
  });

  it('shows what it restores, and what stands still', () => {
    const one = { task: '0_1', store: 'counts', topic: 'c', partition: 1, position: 12_000, end: 24_000 };
    const stalls = { count: 1, now: [{ task: '0_0', reason: 'its partition is full\u001b[2J', forMs: 65_000 }] };
    const lines = viewLines(shown({ restore: { now: [one] }, stalls, lag: null, connected: false }), 0, 0, []);
    expect(lines.slice(3)).toEqual([
      '  restoring counts of 0_1  [############............]  50 %  12,000 of 24,000',
      '  0_0 stands still for 00:01:05: its partition is full\\u001b[2J',
    ]);
    expect(lines[1]).toContain('lag ? (no broker answers)');
  });

  it('is one line elsewhere', () => {
    expect(plainLine(shown(), 3, 'T')).toBe('T  RUNNING  12,345 records  3/s  lag 7  2 tasks\n');
  });
});

it('a screen is drawn over what was drawn before, and no line wraps', () => {
  const written: string[] = [];
  const screen = new LiveScreen({ write: (text) => written.push(text), columns: 6 });
  screen.draw(['one', 'much too long']);
  screen.draw(['two']);
  screen.draw(['three']);
  expect(written).toEqual(['one\nmuch …\n', '\u001b[2A\u001b[0Jtwo\n', '\u001b[1A\u001b[0Jthree\n']);
});

it('bars, lengths and rates', () => {
  expect(bar(0, 0)).toBe(`[${'#'.repeat(24)}] 100 %`);
  expect(bar(1, 1_000)).toBe(`[${'.'.repeat(24)}]   0 %`);
  expect(lengthText(3_723_999)).toBe('01:02:03');
  expect(rateOf({ processed: 300 }, { processed: 100 }, 500)).toBe(400);
  // One that was replaced counts from 0 again.
  expect(rateOf({ processed: 3 }, { processed: 100 }, 500)).toBe(0);
});
