import { describe, expect, it } from 'vitest';
import { readOnly } from '../../src/store/read-only.js';
import { spec, StateBench } from './state-bench.js';

describe('a store that is read-only', () => {
  it('shows what its owner writes, and refuses to be written', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue' })]).openSync();
    const store = bench.state.get<string, number>('keyValue', 'kv');
    const view = readOnly(store);
    store.put('a', 1);
    expect(view.get('a')).toBe(1);
    expect([...view.all()]).toEqual([['a', 1]]);
    expect([view.name, view.kind, view.persistent]).toEqual(['kv', 'keyValue', false]);
    expect(() => {
      view.put('a', 2);
    }).toThrow(/only its own processor can write to it/);
    expect(() => view.delete('a')).toThrow(/only its own/);
    expect(store.get('a')).toBe(1);
  });

  it('shows what changes of it, such as its time', () => {
    const windows = spec({ name: 'w', kind: 'window', format: 'timestamped', retentionMs: 100, windowSizeMs: 10 });
    const store = new StateBench([windows]).openSync().state.get<string, number>('window', 'w', 'timestamped');
    const view = readOnly(store);
    store.put('a', 1, 40, 41);
    expect(view.streamTime).toBe(40);
    expect(view.fetch('a', 40)).toMatchObject({ value: 1, timestamp: 41 });
  });
});
