import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { serdes } from '../../src/serde/serdes.js';

const texts = { key: serdes.string(), value: serdes.string() };

describe('stores', () => {
  it('are logged, not cached and on disk unless said otherwise', () => {
    expect(stores.keyValue({ name: 'one' })).toEqual({
      name: 'one',
      kind: 'keyValue',
      format: 'plain',
      key: undefined,
      value: undefined,
      engine: 'level',
      caching: false,
      logging: {},
    });
    const told = stores.timestampedKeyValue({ ...texts, name: 'two', engine: 'memory', caching: true, logging: false });
    expect(told).toMatchObject({
      ...texts,
      kind: 'keyValue',
      format: 'timestamped',
      engine: 'memory',
      caching: true,
      logging: false,
    });
    expect(Object.isFrozen(told)).toBe(true);
  });

  it('of one’s own making are bytes to their changelog, and in memory to all else', () => {
    const open = () => ({ restore: () => undefined });
    expect(stores.custom({ name: 'trie', open, logging: { 'segment.bytes': '1' } })).toEqual({
      name: 'trie',
      kind: 'custom',
      format: 'plain',
      key: serdes.bytes(),
      value: serdes.bytes(),
      engine: 'memory',
      caching: false,
      logging: { 'segment.bytes': '1' },
      open,
    });
    expect(stores.custom({ name: 'trie', open, logging: false }).logging).toBe(false);
  });

  it('know their times', () => {
    const windows = { ...texts, name: 'windows', retention: '1h', windowSize: '5m' } as const;
    expect(stores.window({ ...windows, retainDuplicates: true })).toMatchObject({
      kind: 'window',
      retentionMs: 3_600_000,
      windowSizeMs: 300_000,
      retainDuplicates: true,
    });
    expect(stores.timestampedWindow(windows)).toMatchObject({
      kind: 'window',
      format: 'timestamped',
      retentionMs: 3_600_000,
    });
    expect(stores.session({ name: 's', retention: '2s' })).toMatchObject({ kind: 'session', retentionMs: 2_000 });
    expect(stores.versioned({ name: 'v', historyRetention: '2s', segmentInterval: 500 })).toMatchObject({
      kind: 'versioned',
      retentionMs: 2_000,
      segmentIntervalMs: 500,
    });
  });

  it('refuse what cannot be', () => {
    expect(() => stores.keyValue({ name: 'a b' })).toThrow(/the name of stores\.keyValue\(\)|option name/);
    expect(() => stores.keyValue({ name: 'one', engine: 'disk' as 'level' })).toThrow(
      /'level', 'memory' or an engine of your own/,
    );
    expect(() => stores.lruMap({ name: 'one', maxEntries: 0 })).toThrow(/whole number of at least 1, not 0/);
    expect(() => stores.window({ name: 'one', retention: 5, windowSize: 6 })).toThrow(/less than its windowSize/);
    expect(() => stores.session({ name: 'one' } as never)).toThrow(/needs the option retention/);
    expect(() => stores.versioned({ name: 'one', historyRetention: 5, engine: 'memory' } as never)).toThrow(
      /has no option engine/,
    );
  });
});
