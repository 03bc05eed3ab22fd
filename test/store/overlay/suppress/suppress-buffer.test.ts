import { afterEach, describe, expect, it } from 'vitest';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';
import { serdes } from '../../../../src/serde/serdes.js';
import type { SuppressBuffer } from '../../../../src/store/suppress-buffer.js';
import { decodeChange } from '../../../../src/store/overlay/bytes/held-change-bytes.js';
import { spec, StateBench, type BenchOptions } from '../../state-bench.js';

const TOPIC = 'app-b-changelog';
const benches: StateBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.remove();
});

async function open(options: BenchOptions = {}): Promise<StateBench> {
  const text = serdes.string();
  const { engine = 'memory' } = options;
  const bench = new StateBench([spec({ name: 'b', kind: 'suppressBuffer', key: text, value: text, engine })], options);
  benches.push(bench);
  await bench.open();
  await bench.state.prepare();
  return bench;
}

const buffer = (bench: StateBench): SuppressBuffer<string, string> => bench.state.get('suppressBuffer', 'b');

/** All that is held, let go: `key=new(old)@timestamp`. */
function drain(bench: StateBench): string[] {
  const out: string[] = [];
  const held = buffer(bench);
  while (held.records > 0) {
    held.emitEarliest((key, newValue, oldValue) => {
      out.push(`${key}=${String(newValue)}(${String(oldValue)})@${String(bench.context.timestamp)}`);
    });
  }
  return out;
}

function logged(bench: StateBench): unknown[] {
  return bench.changelogs.of(TOPIC).map(({ key, value, headers }) => {
    if (value === null) return [key.toString(), null, headers];
    const { prior, oldValue, newValue, time } = decodeChange(value);
    const texts = [prior, oldValue, newValue].map((bytes) => bytes?.toString() ?? null);
    return [key.toString(), ...texts, time, headers[0]?.[0], headers[0]?.[1]?.[0]];
  });
}

describe('the buffer of suppress', () => {
  it('keeps the first time and what was before of a key, and replaces all else', async () => {
    const bench = await open();
    bench.record(1, 100);
    buffer(bench).put('b', '1', 'before', 100);
    bench.record(2, 101);
    buffer(bench).put('a', 'x', null, 101);
    bench.record(3, 102);
    buffer(bench).put('b', '2', '1', 102);
    expect([buffer(bench).records, buffer(bench).earliest]).toEqual([2, 100]);
    expect([buffer(bench).prior('b'), buffer(bench).prior('a'), buffer(bench).prior('c')]).toEqual([
      'before',
      null,
      undefined,
    ]);
    expect(drain(bench)).toEqual(['b=2(1)@102', 'a=x(null)@101']);
    expect([buffer(bench).records, buffer(bench).earliest]).toEqual([0, Infinity]);
  });

  it('gives the context back, and counts a change as held while it goes', async () => {
    const bench = await open();
    const value = Buffer.from('v');
    bench.record(7, 70, [['h', value]]);
    buffer(bench).put('a', '1', 'o', 70);
    value.write('?');
    bench.record(8, 80);
    buffer(bench).emitEarliest(() => {
      expect(bench.context).toMatchObject({
        topic: 'input',
        offset: 7,
        timestamp: 70,
        headers: [['h', Buffer.from('v')]],
      });
      expect(buffer(bench).prior('a')).toBe('o');
    });
    expect(bench.context).toMatchObject({ offset: 8, timestamp: 80, headers: NO_HEADERS });
    expect(buffer(bench).prior('a')).toBeUndefined();
  });

  it('is as it was when the serde refuses a value', async () => {
    const bench = new StateBench([
      spec({ name: 'b', kind: 'suppressBuffer', key: serdes.string(), value: serdes.json<unknown>() }),
    ]);
    benches.push(bench);
    await bench.open();
    bench.record(1, 10);
    const held = bench.state.get<string, unknown>('suppressBuffer', 'b');
    expect(() => {
      held.put('a', { big: 1n }, null, 10);
    }).toThrow(/BigInt/);
    expect([held.records, bench.state.dirty, held.prior('a')]).toEqual([0, false, undefined]);
  });

  it('counts bytes as Kafka Streams does, whenever it begins to', async () => {
    const bench = await open();
    const headers: Headers = [['hé', Buffer.from('12')]];
    bench.record(1, 1, headers);
    // 28, key of 2 bytes, topic of 5, header of 2 + 2, prior and old the same: once.
    buffer(bench).put('é', 'new', 'old', 1);
    expect(buffer(bench).bytes).toBe(28 + 2 + 5 + 4 + 3 + 3);
    bench.record(2, 2);
    buffer(bench).put('é', 'n', 'o', 2);
    expect(buffer(bench).bytes).toBe(28 + 2 + 5 + 3 + 1 + 1);
    buffer(bench).put('a', null, null, 2);
    expect(buffer(bench).bytes).toBe(28 + 2 + 5 + 3 + 1 + 1 + 28 + 1 + 5);
    drain(bench);
    expect(buffer(bench).bytes).toBe(0);
  });

  it('logs at commit the keys that were touched, and those that went as deletions', async () => {
    const bench = await open();
    bench.record(1, 10);
    buffer(bench).put('a', '1', null, 10);
    buffer(bench).put('a', '2', '1', 11);
    buffer(bench).put('b', '1', 'o', 12);
    await bench.commit();
    buffer(bench).emitEarliest(() => undefined);
    buffer(bench).put('c', '1', null, 1);
    buffer(bench).emitEarliest(() => undefined);
    await bench.commit();
    await bench.commit();
    expect(logged(bench)).toEqual([
      ['a', null, '1', '2', 10, 'v', 3],
      ['b', 'o', 'o', '1', 12, 'v', 3],
      ['a', null, NO_HEADERS],
      ['c', null, NO_HEADERS],
    ]);
    expect(bench.state.dirty).toBe(false);
  });

  it.each(['memory', 'level'] as const)('is whole again after a crash (%s)', async (engine) => {
    const bench = await open({ engine });
    bench.record(1, 10, [['h', null]]);
    buffer(bench).put('a', '1', 'o', 10);
    bench.record(2, 11);
    buffer(bench).put('b', '1', null, 11);
    buffer(bench).put('gone', '1', null, 3);
    await bench.commit();
    buffer(bench).emitEarliest(() => undefined);
    bench.record(3, 12);
    buffer(bench).put('a', null, '1', 12);
    await bench.commit();
    buffer(bench).put('lost', '1', null, 1);

    await bench.crash();
    await bench.state.prepare();
    expect([buffer(bench).records, buffer(bench).bytes, buffer(bench).prior('a')]).toEqual([2, 71, 'o']);
    expect(drain(bench)).toEqual(['a=null(1)@12', 'b=1(null)@11']);
  });

  it('reads nothing again from the changelog that is on disk', async () => {
    const bench = await open({ engine: 'level' });
    bench.record(1, 10);
    buffer(bench).put('a', '1', null, 10);
    await bench.commit();
    await bench.state.close();
    await bench.open();
    expect(await bench.restore()).toBe(0);
    await bench.state.prepare();
    expect(drain(bench)).toEqual(['a=1(null)@10']);
  });

  it('takes the time of a restored record: the key may have gone and come back in between', async () => {
    const bench = await open();
    bench.record(1, 10);
    buffer(bench).put('a', '1', null, 10);
    await bench.commit();
    buffer(bench).emitEarliest(() => undefined);
    bench.record(2, 90);
    buffer(bench).put('a', '2', '1', 90);
    await bench.commit();
    await bench.crash();
    await bench.state.prepare();
    expect([buffer(bench).earliest, buffer(bench).prior('a')]).toEqual([90, '1']);
  });

  it('finds what was before a record of the oldest version among those restored earlier', async () => {
    const bench = await open();
    const int64 = (value: number): Buffer => Buffer.from(value.toString(16).padStart(16, '0'), 'hex');
    const old = (time: number, before: string, after: string): Buffer =>
      Buffer.concat([
        int64(time),
        Buffer.of(0, 0, 0, 1),
        Buffer.from(before),
        Buffer.of(0, 0, 0, 1),
        Buffer.from(after),
      ]);
    const restore = (value: Buffer | null): void => {
      bench.state.restore('b', Buffer.from('a'), value, 5, NO_HEADERS);
    };
    restore(old(10, '0', '1'));
    restore(old(10, '1', '2'));
    await bench.state.commitRestored(new Map([['b', 2]]));
    restore(old(10, '2', '3'));
    await bench.state.commitRestored(new Map([['b', 3]]));
    await bench.state.prepare();
    expect([buffer(bench).prior('a'), drain(bench)]).toEqual(['0', ['a=3(2)@5']]);
    await bench.commit();
    restore(old(10, '4', '5'));
    restore(null);
    restore(old(20, '6', '7'));
    await bench.state.commitRestored(new Map([['b', 6]]));
    await bench.state.prepare();
    expect(buffer(bench).prior('a')).toBe('6');
  });

  it('forgets everything when it is wiped', async () => {
    const bench = await open();
    bench.record(1, 10);
    buffer(bench).put('a', '1', null, 10);
    await bench.commit();
    bench.state.wipe('b');
    expect([buffer(bench).records, buffer(bench).bytes, buffer(bench).earliest]).toEqual([0, 0, Infinity]);
    await bench.commit();
    await bench.state.prepare();
    expect(buffer(bench).records).toBe(0);
  });

  it('does not count against the cache, and gives nothing up for it', async () => {
    const bench = await open({ cacheBytes: 1 });
    bench.record(1, 10);
    for (let i = 0; i < 100; i += 1) buffer(bench).put(`k${String(i)}`, '1', null, 10);
    await bench.commit();
    expect([bench.budget.residentBytes, buffer(bench).records]).toEqual([0, 100]);
  });
});
