import { describe, expect, it } from 'vitest';
import type { TaskTracing } from '../../../src/observe/telemetry.js';
import { NO_HEADERS, textHeader, headerText, type Headers } from '../../../src/record/headers.js';
import { Windowed } from '../../../src/record/windowed.js';
import { MergedTraces } from '../../../src/task/tracing/merged-traces.js';

const WHOLE = { windows: false, windowsOfRecord: 1, endInside: false, forgets: false };
const of = (trace: string): Headers => [textHeader('trace', trace)];

/** Results are told as their traces, separated by commas. */
function tracesOf(kind = WHOLE): MergedTraces {
  const tracing = {
    traceOf: (headers: Headers) => headerText(headers, 'trace'),
    merged: (_node: string, _headers: Headers, others: readonly string[]) => of(others.join()),
  };
  return new MergedTraces('COUNT', tracing as Partial<TaskTracing> as TaskTracing, kind);
}

function told(traces: MergedTraces, key: unknown): string | null {
  return headerText(traces.headersOf(key, NO_HEADERS), 'trace');
}

describe('traces of results', () => {
  it('are told once, of their own key', () => {
    const traces = tracesOf();
    traces.note('user-1', 5, of('a'));
    expect(['user-2', 'user-1', 'user-1'].map((key) => told(traces, key))).toEqual([null, 'a', null]);
  });

  // The last six characters and the length decide about the place: these have the same one.
  it('are told of each of several keys that are alike at their ends, however often they were noted', () => {
    const traces = tracesOf();
    for (const [key, trace] of [
      ['one-123456', 'a'],
      ['two-123456', 'b'],
      ['one-123456', 'c'],
    ] as const) {
      // prettier-ignore
      traces.note(key, 5, of(trace));
    }
    expect(told(traces, 'six-123456')).toBe(null);
    expect(told(traces, 'one-123456')).toBe('a,c');
    expect(told(traces, 'one-123456')).toBe(null);
    expect(told(traces, 'two-123456')).toBe('b');
    traces.note('one-123456', 5, of('d'));
    expect(told(traces, 'one-123456')).toBe('a,c,d');
  });

  it.each([
    ['numbers', 5, 6],
    ['bytes', Buffer.of(1), Buffer.of(2)],
    ['objects', { id: 1 }, { id: 2 }],
    ['texts of no character and of one', '', 'x'],
  ])('are told of keys that are %s', (_what, one, other) => {
    const traces = tracesOf();
    traces.note(one, 5, of('a'));
    expect([told(traces, other), told(traces, one)]).toEqual([null, 'a']);
    traces.note(other, 5, of('b'));
    expect([told(traces, one), told(traces, other)]).toEqual([null, 'b']);
  });

  it('go on after the key that was heard of least recently was forgotten', () => {
    const traces = tracesOf();
    for (let key = 0; key < 3_000; key += 1) traces.note(`user-${String(key)}`, 5, of(String(key)));
    expect(told(traces, 'user-900')).toBe(null);
    expect(told(traces, 'user-2999')).toBe('2999');
    traces.note('user-900', 5, of('again'));
    expect(told(traces, 'user-900')).toBe('again');
  });

  it('are told though a key that is alike at its end was forgotten after it was told', () => {
    const traces = tracesOf();
    traces.note('one-123456', 5, of('a'));
    expect(told(traces, 'one-123456')).toBe('a');
    for (let key = 0; key < 2_000; key += 1) traces.note(`user-${String(key)}`, 5, of(String(key)));
    traces.note('two-123456', 5, of('b'));
    for (let key = 2_000; key < 2_100; key += 1) traces.note(`user-${String(key)}`, 5, of(String(key)));
    expect(told(traces, 'two-123456')).toBe('b');
  });

  it('belong to each window of a key', () => {
    const traces = tracesOf({ ...WHOLE, windows: true, windowsOfRecord: 2 });
    traces.note('user-1', 15, of('a'));
    const windows = [[0, 10], [0, 20], [10, 30], [10, 30]] as const; // prettier-ignore
    expect(windows.map(([start, end]) => told(traces, new Windowed('user-1', start, end)))).toEqual([
      ...[null, 'a', 'a', null],
    ]);
  });
});
