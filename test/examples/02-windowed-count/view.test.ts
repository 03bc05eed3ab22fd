import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { HottestWindows } from '../../../examples/02-windowed-count/hottest.js';
import type { UserSpend } from '../../../examples/02-windowed-count/orders.js';
import { plainLine, screenLines, View, type Snapshot } from '../../../examples/02-windowed-count/view.js';

const snapshot: Snapshot = {
  elapsed: 12_040,
  instances: [{ name: 'instance 1', state: 'RUNNING', tasks: ['0_0', '0_1'] }],
  processed: 183_204,
  rate: 84_210.4,
  lag: 1_200,
  late: 1_034,
  windows: [spend('user-0001', 20, 412), spend('user-0007', 20, 103)],
};

describe('without a terminal', () => {
  test('a moment is one line', () => {
    expect(plainLine(snapshot)).toBe(
      '  12.0 s     183,204 processed   84,210/s  lag 1,200  late 1,034  hottest user-0001 09:10:20-09:10:30 412 orders',
    );
  });

  test('the view writes lines and no control sequences', () => {
    const written: string[] = [];
    const view = new View({ write: (text) => written.push(text) });
    view.show(snapshot);
    view.log('hello');
    view.end();
    expect(written).toEqual([`${plainLine(snapshot)}\n`, 'hello\n']);
    expect(view.interval).toBe(1_000);
  });
});

describe('in a terminal', () => {
  test('shows instances, numbers and the hottest windows with bars in proportion', () => {
    const lines = screenLines(snapshot).map((line) => stripVTControlCharacters(line));
    expect(lines).toContain('  instance 1  RUNNING      tasks 0_0 0_1');
    expect(lines).toContain('  183,204 processed   84,210 records/s   lag 1,200   late drops 1,034   12 s');
    const bars = lines.filter((line) => line.includes('█')).map((line) => line.split('█').length - 1);
    expect(bars).toEqual([24, 6]);
  });

  test('redraws in place, and puts log lines above', () => {
    const written: string[] = [];
    const view = new View({ isTTY: true, columns: 60, write: (text) => written.push(text) });
    view.show(snapshot);
    const height = screenLines(snapshot).length;
    view.show(snapshot);
    expect(written[1]!.startsWith(`\x1b[${height}A`)).toBe(true);
    view.log('hello');
    expect(written[2]).toBe(`\x1b[${height}A\x1b[J`);
    expect(written[3]).toBe('hello\n');
    expect(written[4]!.startsWith('\x1b[2K')).toBe(true);
  });

  test('cuts lines at the width of the terminal', () => {
    let text = '';
    new View({ isTTY: true, columns: 30, write: (part) => (text += part) }).show(snapshot);
    for (const line of stripVTControlCharacters(text).split('\n')) expect(line.length).toBeLessThanOrEqual(30);
  });
});

describe('hottest windows', () => {
  test('are the latest state of each window, most orders first', () => {
    const windows = new HottestWindows();
    for (const update of [spend('a', 0, 1), spend('b', 0, 2), spend('a', 0, 5), spend('a', 10, 3)])
      windows.update(update);
    expect(windows.top(2)).toEqual([spend('a', 0, 5), spend('a', 10, 3)]);
  });

  test('leave out what ended more than a minute before the newest window', () => {
    const windows = new HottestWindows();
    windows.update(spend('a', 0, 100));
    windows.update(spend('b', 50, 2));
    expect(windows.top(5)).toHaveLength(2);
    windows.update(spend('c', 70, 1));
    expect(windows.top(5).map(({ user }) => user)).toEqual(['b', 'c']);
  });
});

function spend(user: string, from: number, orders: number): UserSpend {
  const at = (second: number): string => new Date(Date.UTC(2025, 0, 31, 9, 10, second)).toISOString();
  return { user, from: at(from), to: at(from + 10), orders, cents: 100 * orders };
}
