/** What a user does to a value after the put, or after the get, never reaches the store. */
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../../src/serde/serde.js';
import { serdes } from '../../../src/serde/serdes.js';
import { spec, StateBench } from '../state-bench.js';

/** A serde of objects that is neither text nor immutable. */
const binary: Serde<{ n: number }> = {
  serialize: (value) => Buffer.from([value.n]),
  deserialize: (bytes) => ({ n: bytes[0] as number }),
};

function store<V>(value: Serde<V>, key: Serde<string> = serdes.string()) {
  const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', key: key, value: value })]).openSync();
  return { bench, kv: bench.state.get<string, V>('keyValue', 'kv') };
}

describe.each([
  ['JSON', serdes.json<{ n: number }>()],
  ['a binary serde', binary],
])('objects of %s', (_name, serde) => {
  it('may be changed after the put and after the get', () => {
    const { bench, kv } = store(serde);
    const value = { n: 1 };
    kv.put('a', value);
    value.n = 2;
    expect(kv.get('a')).toEqual({ n: 1 });
    const found = kv.get('a') as { n: number };
    found.n = 3;
    expect(kv.get('a')).toEqual({ n: 1 });
    bench.commitSync();
    expect(kv.get('a')).toEqual({ n: 1 });
  });
});

describe('Buffers', () => {
  it('may be changed after the put and after the get', () => {
    const { kv } = store(serdes.bytes());
    const value = Buffer.from('abc');
    kv.put('a', value);
    value.fill(0);
    kv.get('a')?.fill(0);
    expect(kv.get('a')?.toString()).toBe('abc');
  });
});

describe('bytes of a restored record', () => {
  it('are not kept: they may be part of a fetch that is much larger, and may be reused', async () => {
    const identity: Serde<Buffer> = { serialize: (value) => value, deserialize: (bytes) => bytes };
    const bench = new StateBench([
      spec({ name: 'w', kind: 'window', value: identity, retentionMs: 1000, windowSizeMs: 10 }),
    ]).openSync();
    const value = Buffer.from('abc');
    const key = Buffer.concat([Buffer.from('k'), Buffer.alloc(12)]);
    bench.state.restore('w', key, value, 1, []);
    value.fill(0);
    key.fill(0);
    await bench.state.commitRestored(new Map());
    const store = bench.state.get<string, Buffer>('window', 'w');
    store.fetch('k', 0)?.fill(1);
    expect(store.fetch('k', 0)?.toString()).toBe('abc');
  });
});

describe('numbers', () => {
  it('are held as they are: what operators look at is not allocated', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' })]).openSync();
    const kv = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    kv.put('a', 1.5, 1);
    expect(kv.peek('a')).toBe(kv.peek('a'));
  });
});

describe('keys', () => {
  it('with the same bytes are the same key, also where text is malformed', async () => {
    const { bench, kv } = store(serdes.double());
    kv.put('x\ud800', 1);
    expect(kv.get('x\ud801')).toBe(1);
    kv.put('x\udfff', 2);
    bench.commitSync();
    expect(bench.changelogs.of('app-kv-changelog')).toHaveLength(1);
    expect(await kv.all().toArray()).toEqual([['x?', 2]]);
  });

  it('of other serdes are told apart by their bytes, and scanned in their order', () => {
    const bench = new StateBench([
      spec({
        name: 'kv',
        kind: 'keyValue',
        key: serdes.int(),
        value: serdes.string(),
      }),
    ]).openSync();
    const kv = bench.state.get<number, string>('keyValue', 'kv');
    for (const key of [3, -1, 256, 0]) kv.put(key, String(key));
    bench.commitSync();
    kv.put(1, 'one');
    kv.delete(0);
    // Unsigned bytes: negative numbers come last, as in Kafka Streams.
    expect([...kv.all()]).toEqual([
      [1, 'one'],
      [3, '3'],
      [256, '256'],
      [-1, '-1'],
    ]);
    expect([...kv.range(1, 255)].map(([key]) => key)).toEqual([1, 3]);
    expect([...kv.reverseRange(3, null)].map(([key]) => key)).toEqual([-1, 256, 3]);
    expect([...kv.range(3, 1)]).toEqual([]);
  });

  it('are found by their prefix', () => {
    const { bench, kv } = store(serdes.double());
    for (const key of ['a', 'ab', 'abc', 'b', 'a\uffff', '\u{10ffff}']) kv.put(key, 1);
    bench.commitSync();
    kv.put('abd', 1);
    kv.delete('ab');
    expect([...kv.prefixScan('ab', serdes.string())].map(([key]) => key)).toEqual(['abc', 'abd']);
    expect([...kv.prefixScan('', serdes.string())]).toHaveLength(6);
    expect([...kv.prefixScan(Buffer.from([0xff]), serdes.bytes())]).toEqual([]);
  });

  it('keep their values apart by putIfAbsent and delete', () => {
    const { kv } = store(serdes.double());
    expect(kv.putIfAbsent('a', 1)).toBeNull();
    expect(kv.putIfAbsent('a', 2)).toBe(1);
    expect(kv.delete('a')).toBe(1);
    expect(kv.delete('a')).toBeNull();
    expect(kv.get('a')).toBeNull();
  });
});

describe('a scan', () => {
  it('of a store on disk says how to walk it', async () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', engine: 'level' })], { engine: 'level' });
    await bench.open();
    const kv = bench.state.get<string, number>('keyValue', 'kv');
    kv.put('a', 1);
    expect(kv.all().synchronous).toBe(false);
    expect(() => [...kv.all()]).toThrow('store kv is on disk and can only be walked asynchronously: use for await');
    for await (const [key] of kv.all()) {
      expect(key).toBe('a');
      kv.delete(key);
    }
    expect(kv.get('a')).toBeNull();
    await bench.remove();
  });

  it('can be left early and begun again', async () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', engine: 'level' })], { engine: 'level' });
    await bench.open();
    const kv = bench.state.get<string, number>('keyValue', 'kv');
    for (let index = 0; index < 3000; index += 1) kv.put(String(index).padStart(4, '0'), index);
    await bench.commit();
    const scan = kv.all();
    for await (const [key] of scan) if (key === '1500') break;
    expect(await scan.toArray()).toHaveLength(3000);
    await bench.remove();
  });
});
