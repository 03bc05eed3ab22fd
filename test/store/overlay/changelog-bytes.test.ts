/** What reaches the changelogs is what Kafka Streams would have written, and what it wrote can be read. */
import { describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/record/headers.js';
import { serdes } from '../../../src/serde/serdes.js';
import { spec, StateBench } from '../state-bench.js';

const HEADERS: Headers = [['trace', Buffer.from('1')]];

function logged(bench: StateBench, store: string): unknown[] {
  return bench.changelogs
    .of(`app-${store}-changelog`)
    .map(({ key, value, timestamp, headers }) => [
      key.toString('hex'),
      value?.toString('hex') ?? null,
      timestamp,
      headers,
    ]);
}

describe('changelog records', () => {
  it('of a timestamped store: key, value, and the timestamp of the value; no headers', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' })]).openSync();
    bench.record(5, 500, HEADERS);
    const store = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    store.put('é', 1.5, 77);
    store.put('gone', null, 500);
    bench.commitSync();
    expect(logged(bench, 'kv')).toEqual([
      ['c3a9', '3ff8000000000000', 77, []],
      ['676f6e65', null, 500, []],
    ]);
  });

  it('of a plain store: the timestamp of the record that was processed', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', value: serdes.string() })]);
    bench.openSync().record(5, 500, HEADERS);
    bench.state.get<string, string>('keyValue', 'kv').put('a', 'x');
    bench.commitSync();
    expect(logged(bench, 'kv')).toEqual([['61', '78', 500, []]]);
  });

  it('of a window store: inner key, start, sequence number', () => {
    const bench = new StateBench([
      spec({ name: 'w', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
    ]).openSync();
    bench.state.get<string, number>('window', 'w', 'timestamped').put('a', 1.5, 0x1_0000_0002, 0x1_0000_0003);
    bench.commitSync();
    expect(logged(bench, 'w')).toEqual([['61000000010000000200000000', '3ff8000000000000', 0x1_0000_0003, []]]);
  });

  it('of a store with duplicates: numbers from 1, one used up for a null too, headers of the record', () => {
    const bench = new StateBench([
      spec({
        name: 'w',
        kind: 'window',
        value: serdes.string(),
        retentionMs: 1000,
        windowSizeMs: 10,
        retainDuplicates: true,
        logHeaders: true,
      }),
    ]).openSync();
    const store = bench.state.get<string, string>('window', 'w');
    bench.record(1, 100, HEADERS);
    store.put('a', 'x', 5);
    bench.record(2, 101);
    store.put('a', null, 5);
    store.put('a', 'y', 5);
    bench.commitSync();
    expect(logged(bench, 'w')).toEqual([
      ['61000000000000000500000001', '78', 100, HEADERS],
      ['61000000000000000500000002', null, 101, []],
      ['61000000000000000500000003', '79', 101, []],
    ]);
    expect(store.fetchRange('a', 0, 10)).toEqual([
      { start: 5, value: 'x' },
      { start: 5, value: 'y' },
    ]);
    expect(store.fetch('a', 5)).toBeNull();
  });

  it.each(['level', 'memory'] as const)('a null put to a store with duplicates on %s', (engine) => {
    const bench = new StateBench([
      spec({ name: 'w', kind: 'window', retentionMs: 100, windowSizeMs: 10, retainDuplicates: true, engine }),
    ]).openSync();
    const store = bench.state.get<string, number>('window', 'w');
    store.put('a', 1, 500);
    store.put('a', null, 200_000);
    store.put('a', null, 5);
    // On disk it is no put at all; in memory it moves time on and may be late, as in Kafka Streams.
    expect([store.streamTime, store.expiredPuts]).toEqual(engine === 'level' ? [500, 0] : [200_000, 1]);
    expect(store.fetchRange('a', 0, 1_000)).toHaveLength(engine === 'level' ? 1 : 0);
    bench.commitSync();
    expect(logged(bench, 'w')).toHaveLength(3);
  });

  it('of a session store: inner key, end, start; the timestamp of the record that was processed; no headers', () => {
    const bench = new StateBench([
      spec({ name: 's', kind: 'session', retentionMs: 1000, sessionGapMs: 10 }),
    ]).openSync();
    const store = bench.state.get<string, number>('session', 's');
    bench.record(1, 0x1_0000_0007, HEADERS);
    store.put('a', 0x1_0000_0002, 0x1_0000_0004, 1.5);
    bench.commitSync();
    bench.record(2, 0x1_0000_0009, HEADERS);
    store.remove('a', 0x1_0000_0002, 0x1_0000_0004);
    store.put('a', 0x1_0000_0002, 0x1_0000_0009, 2.5);
    bench.commitSync();
    expect(logged(bench, 's')).toEqual([
      ['61' + '0000000100000004' + '0000000100000002', '3ff8000000000000', 0x1_0000_0007, []],
      ['61' + '0000000100000004' + '0000000100000002', null, 0x1_0000_0009, []],
      ['61' + '0000000100000009' + '0000000100000002', '4004000000000000', 0x1_0000_0009, []],
    ]);
  });

  it('of a session store tell nothing of sessions that came and went, unless nothing else tells their time', () => {
    const bench = new StateBench([
      spec({ name: 's', kind: 'session', retentionMs: 1000, sessionGapMs: 10 }),
    ]).openSync();
    const store = bench.state.get<string, number>('session', 's');
    for (let end = 1; end <= 100; end += 1) {
      bench.record(end);
      store.put('a', 0, end, end);
      if (end < 100) store.remove('a', 0, end);
    }
    bench.commitSync();
    expect(logged(bench, 's')).toEqual([['61' + '0000000000000064' + '0000000000000000', '4059000000000000', 100, []]]);
    bench.record(101, 200);
    store.put('b', 0, 150, 1);
    store.remove('b', 0, 150);
    bench.commitSync();
    expect(logged(bench, 's').slice(1)).toEqual([['62' + '0000000000000096' + '0000000000000000', null, 200, []]]);
  });

  it('hold one record a key and epoch, with the last value', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' })]).openSync();
    const store = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    for (let value = 0; value < 10; value += 1) store.put('a', value, value);
    bench.commitSync();
    bench.commitSync();
    expect(logged(bench, 'kv')).toEqual([['61', '4022000000000000', 9, []]]);
  });

  it('are written for a put that came too late to be kept', () => {
    const bench = new StateBench([
      spec({ name: 'w', kind: 'window', format: 'timestamped', retentionMs: 100, windowSizeMs: 10, engine: 'memory' }),
    ]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    store.put('a', 1, 1000, 1000);
    store.put('a', 2, 900, 900);
    expect(store.fetch('a', 900)).toBeNull();
    expect(store.expiredPuts).toBe(1);
    bench.commitSync();
    expect(logged(bench, 'w')).toHaveLength(2);
    bench.commitSync();
    expect(logged(bench, 'w')).toHaveLength(2);
  });

  it('are not written without logging, nor to a source topic', () => {
    const bench = new StateBench([
      spec({ name: 'own', kind: 'keyValue', format: 'timestamped', logging: false }),
      spec({ name: 'source', kind: 'keyValue', format: 'timestamped', sourceTopic: 'app-source-changelog' }),
    ]).openSync();
    bench.state.get<string, number>('keyValue', 'own', 'timestamped').put('a', 1, 1);
    bench.state.get<string, number>('keyValue', 'source', 'timestamped').put('a', 1, 1);
    bench.commitSync();
    expect([...bench.changelogs.topics.values()].flat()).toEqual([]);
    expect(bench.state.changelogs().map(({ topic, isSource }) => [topic, isSource])).toEqual([
      [null, false],
      ['app-source-changelog', true],
    ]);
  });

  it('make the same store again', async () => {
    const specs = [
      spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' }),
      spec({ name: 'w', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
      spec({ name: 'join', kind: 'window', retentionMs: 1000, windowSizeMs: 10, retainDuplicates: true }),
      spec({ name: 's', kind: 'session', retentionMs: 1000 }),
    ];
    const bench = new StateBench(specs).openSync();
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 1, 11);
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('b', 1, 11);
    bench.state.get<string, number>('window', 'w', 'timestamped').put('a', 2, 10, 12);
    bench.state.get<string, number>('window', 'join').put('a', 3, 10);
    bench.state.get<string, number>('window', 'join').put('a', 4, 10);
    bench.state.get<string, number>('session', 's').put('a', 5, 10, 6);
    bench.state.get<string, number>('session', 's').put('a', 15, 20, 7);
    bench.commitSync();
    bench.state.get<string, number>('session', 's').remove('a', 5, 10);
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('b', null, 20);
    bench.commitSync();
    await bench.crash();
    expect(bench.state.get('keyValue', 'kv', 'timestamped').get('a')).toMatchObject({ value: 1, timestamp: 11 });
    expect(bench.state.get('keyValue', 'kv', 'timestamped').get('b')).toBeNull();
    expect(bench.state.get('window', 'w', 'timestamped').fetch('a', 10)).toMatchObject({ value: 2, timestamp: 12 });
    expect(bench.state.get('session', 's').fetch('a')).toEqual([{ start: 15, end: 20, value: 7 }]);
    const join = bench.state.get<string, number>('window', 'join');
    expect(join.fetchRange('a', 0, 20).map((entry) => entry.value)).toEqual([3, 4]);
    // The numbers go on where they were: a duplicate never takes the place of an older one.
    join.put('a', 5, 10);
    expect(join.fetchRange('a', 0, 20).map((entry) => entry.value)).toEqual([3, 4, 5]);
    await bench.remove();
  });
});
