/** The buffer of a join with grace against a sorted list, and what is left of it after commits, evictions and crashes. */
import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { JoinBuffer } from '../../../../src/store/join-buffer.js';
import type { StoreEngine } from '../../../../src/store/spec.js';
import { spec, StateBench } from '../../state-bench.js';

const GRACE = 10;

interface Held {
  readonly key: string;
  readonly value: string;
  readonly time: number;
  readonly offset: number;
}

type Step =
  | { readonly do: 'put'; readonly key: string; readonly time: number }
  | { readonly do: 'seal' | 'write' | 'crash' | 'release' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key: fc.constantFrom('a', 'b', 'aa', '', 'é'),
      time: fc.nat(60),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const, 'release' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

class Model {
  held: Held[] = [];
  streamTime = -1;

  copy(): Model {
    const copy = new Model();
    copy.held = [...this.held];
    copy.streamTime = this.streamTime;
    return copy;
  }

  put(one: Held): boolean {
    if (this.streamTime - GRACE > one.time) return false;
    this.streamTime = Math.max(this.streamTime, one.time);
    this.held.push(one);
    return true;
  }

  /** By time, key bytes, and arrival. */
  release(): Held[] {
    const due = this.held.filter(({ time }) => time <= this.streamTime - GRACE);
    this.held = this.held.filter((one) => !due.includes(one));
    return due.sort(
      (left, right) =>
        left.time - right.time ||
        Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)) ||
        left.offset - right.offset,
    );
  }
}

async function run(bench: StateBench, steps: readonly Step[]): Promise<void> {
  await bench.open();
  await bench.state.prepare();
  let model = new Model();
  let logged = model.copy();
  const buffer = (): JoinBuffer<string, string> => bench.state.get('joinBuffer', 'j');
  for (const [offset, one] of steps.entries()) {
    switch (one.do) {
      case 'put': {
        const { key, time } = one;
        const value = `v${String(offset)}`;
        bench.record(offset, time, [['h', Buffer.from(value)]]);
        expect(buffer().put(key, value)).toBe(model.put({ key, value, time, offset }));
        break;
      }
      case 'release': {
        bench.record(1_000_000, 7);
        const released: Held[] = [];
        buffer().releaseDue((key, value) => {
          const { topic, timestamp: time, offset: at, headers } = bench.context;
          expect([topic, headers[0]?.[1]?.toString()]).toEqual(['input', value]);
          released.push({ key, value, time, offset: at });
        });
        expect(released).toEqual(model.release());
        // The record at hand is the one at hand again.
        expect([bench.context.offset, bench.context.timestamp]).toEqual([1_000_000, 7]);
        break;
      }
      case 'seal':
        if (bench.state.sealed) break;
        bench.seal();
        logged = model.copy();
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        model = logged.copy();
        expect(buffer().streamTime).toBe(model.streamTime);
        break;
    }
    expect(buffer().records).toBe(model.held.length);
  }
}

const engines: readonly StoreEngine[] = ['memory', 'level'];

describe.each(engines)('a join buffer on %s', (engine) => {
  it('lets go in order what it was given, whatever happens between', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 80, size: 'large' }),
        fc.constantFrom(0, 700, 100_000),
        async (steps, cacheBytes) => {
          const bench = new StateBench(
            [spec({ name: 'j', kind: 'joinBuffer', value: serdes.string(), engine, retentionMs: GRACE })],
            { engine, cacheBytes },
          );
          try {
            await run(bench, steps);
          } finally {
            await bench.remove();
          }
        },
      ),
      { numRuns: engine === 'level' ? 20 : 100 },
    );
  });
});

describe('a join buffer', () => {
  it('is rebuilt by its changelog alone, without what was let go, and goes on with its sequence numbers', async () => {
    const bench = new StateBench([
      spec({ name: 'j', kind: 'joinBuffer', value: serdes.string(), retentionMs: GRACE }),
    ]).openSync();
    const put = (time: number): void => {
      bench.record(time, time);
      bench.state.get<string, string>('joinBuffer', 'j').put('k', `v${String(time)}`);
    };
    for (const time of [1, 2, 12]) put(time);
    bench.state.get('joinBuffer', 'j').releaseDue(() => undefined);
    bench.commitSync();
    bench.openSync();
    await bench.restore();
    await bench.state.prepare();
    expect([bench.state.get('joinBuffer', 'j').records, bench.state.get('joinBuffer', 'j').streamTime]).toEqual([
      1, 12,
    ]);
    put(12);
    bench.commitSync();
    const keys = bench.changelogs.of('app-j-changelog').map(({ key, value }) => [key.toString('hex'), value !== null]);
    const key = (time: string, sequence: string): string => `00${time.padStart(16, '0')}6b${sequence.padStart(8, '0')}`;
    expect(keys).toEqual([
      [key('1', '1'), false],
      [key('2', '2'), false],
      [key('c', '3'), true],
      [key('c', '4'), true],
    ]);
  });

  it('takes no sequence number of what is held when a deletion was logged last', async () => {
    const bench = new StateBench([
      spec({ name: 'j', kind: 'joinBuffer', value: serdes.string(), retentionMs: GRACE }),
    ]).openSync();
    const buffer = (): JoinBuffer<string, string> => bench.state.get('joinBuffer', 'j');
    for (const time of [1, 12]) {
      bench.record(time, time);
      buffer().put('k', `v${String(time)}`);
    }
    bench.commitSync();
    buffer().releaseDue(() => undefined);
    bench.commitSync();
    bench.openSync();
    await bench.restore();
    await bench.state.prepare();
    bench.record(12, 12);
    buffer().put('k', 'another');
    expect(buffer().records).toBe(2);
  });
});
