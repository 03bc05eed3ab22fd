import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/task/task.js';
import { readStore } from '../../src/worker/read-only-store.js';
import { spec, StateBench } from '../store/state-bench.js';

function bench(): StateBench {
  return new StateBench([
    spec({ name: 'counts', kind: 'timestampedKeyValue' }),
    spec({ name: 'windows', kind: 'timestampedWindow', retentionMs: 1000, windowSizeMs: 10 }),
    spec({ name: 'sessions', kind: 'session', retentionMs: 1000 }),
    spec({ name: 'history', kind: 'versioned', retentionMs: 1000 }),
  ]).openSync();
}

/** Two tasks, each with a part of every store; the second knows key `b`. */
function tasks(): Task[] {
  const parts = [bench(), bench()];
  for (const [index, key] of ['a', 'b'].entries()) {
    const { state } = parts[index] as StateBench;
    state.timestampedKeyValue<string, number>('counts').put(key, index, 5);
    state.timestampedWindow<string, number>('windows').put(key, index, 10, 5);
    state.session<string, number>('sessions').put(key, 10, 20, index);
    state.session<string, number>('sessions').put(key, 40, 40, index);
    state.versioned<string, number>('history').put(key, index, 5);
    state.versioned<string, number>('history').put(key, index + 7, 9);
  }
  return parts.map(({ state }) => ({ state }) as unknown as Task);
}

describe('a store as this instance has it', () => {
  it('finds keys whichever task has them', () => {
    const counts = readStore<string, number>('counts', tasks(), null);
    expect([counts.get('a'), counts.get('b'), counts.get('c')]).toMatchObject([
      { value: 0, timestamp: 5 },
      { value: 1, timestamp: 5 },
      null,
    ]);
    const windows = readStore<string, number>('windows', tasks(), null);
    expect(windows.fetch('b', 0, 100)).toEqual([{ start: 10, value: 1, timestamp: 5 }]);
    expect(windows.fetch('c', 0, 100)).toEqual([]);
  });

  it('finds sessions by their bounds, in reach of a time, or all of a key', () => {
    const sessions = readStore<string, number>('sessions', tasks(), null);
    expect([sessions.fetchSession('b', 10, 20), sessions.fetchSession('b', 10, 21)]).toEqual([1, null]);
    expect(sessions.findSessions('b', 15, 15)).toEqual([{ start: 10, end: 20, value: 1 }]);
    expect(sessions.findSessions('b').map(({ start }) => start)).toEqual([10, 40]);
    expect(sessions.findSessions('c')).toEqual([]);
  });

  it('finds the latest version of a key, and the one of a time', () => {
    const history = readStore<string, number>('history', tasks(), null);
    expect(history.get('b')).toMatchObject({ value: 8, timestamp: 9 });
    expect(history.getAsOf('b', 8)).toEqual({ value: 1, timestamp: 5, validTo: 9 });
    expect(history.getAsOf('a', 99)).toEqual({ value: 7, timestamp: 9, validTo: null });
    expect([history.getAsOf('b', 4), history.getAsOf('c', 9)]).toEqual([null, null]);
    expect(() => readStore('counts', tasks(), null).getAsOf('b', 5)).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', store: 'counts' }) as Error,
    );
  });

  it('is refused when nobody has it', () => {
    expect(() => readStore('counted', tasks(), null)).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', store: 'counted' }) as Error,
    );
  });

  it('says so when stores of its kind are not asked that', () => {
    for (const wrong of [
      () => readStore('counts', tasks(), null).fetch('a', 0, 1),
      () => readStore('windows', tasks(), null).get('a'),
      () => readStore('windows', tasks(), null).findSessions('a'),
      () => readStore('counts', tasks(), null).fetchSession('a', 0, 1),
    ]) {
      expect(wrong).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error);
    }
    expect(() => readStore('sessions', tasks(), null).get('a')).toThrow(
      /store sessions is of kind session and has no get\(\)/,
    );
  });
});
