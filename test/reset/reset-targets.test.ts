import { describe, expect, it, test } from 'vitest';
import type { Admin } from '../../src/broker/port.js';
import { offsetsIn, resetOffsets, type ResetTarget } from '../../src/reset/reset-targets.js';

const partitions = [0, 1].map((partition) => ({ topic: 'orders', partition }));
/** Partition 0 has the records 10 to 19, partition 1 none. */
const FIRST = [10, 0];
const END = [20, 0];
const admin = {
  listOffsets: (asked: typeof partitions, at: string | number) =>
    Promise.resolve(
      asked.map((one) => ({
        ...one,
        offset: (at === 'earliest' ? FIRST : at === 'latest' ? END : [15, 0])[one.partition],
      })),
    ),
} as unknown as Admin;

async function resetTo(to: ResetTarget, committed: readonly number[] = [12, -1]): Promise<number[]> {
  const offsets = committed.map((offset, partition) => ({ topic: 'orders', partition, offset }));
  const found = await resetOffsets(to, { partitions, committed: offsets as never }, admin);
  expect(found.map(({ topic, partition }) => ({ topic, partition }))).toEqual(partitions);
  return found.map(({ offset }) => offset);
}

const named = (...offsets: number[]): ResetTarget => ({
  offsets: offsets.map((offset, partition) => ({ topic: 'orders', partition, offset })),
});

test.each<[ResetTarget, number[]]>([
  ['earliest', [10, 0]],
  ['latest', [20, 0]],
  [{ time: 1 }, [15, 0]],
  [{ offset: 11 }, [11, 0]],
  [{ offset: 3 }, [10, 0]],
  [{ offset: 99 }, [20, 0]],
  [{ shiftBy: 3 }, [15, 0]],
  [{ shiftBy: -3 }, [10, 0]],
  [{ shiftBy: 30 }, [20, 0]],
  [named(17, 0), [17, 0]],
  [named(1, 5), [10, 0]],
])('%j gives %j', async (to, expected) => {
  expect(await resetTo(to)).toEqual(expected);
});

it('shifts from the end where nothing is committed, as Kafka’s tool does', async () => {
  expect(await resetTo({ shiftBy: -3 }, [-1, -1])).toEqual([17, 0]);
});

it('wants an offset of each partition that is reset, and of no other', async () => {
  await expect(resetTo(named(17))).rejects.toThrow('no offset is named for orders-1: name each partition');
  await expect(resetTo(named(17, 0, 3))).rejects.toThrow('an offset is named for orders-2, which is not reset');
});

describe('a file of offsets', () => {
  it('is read as Kafka’s tools write it', () => {
    const offsets = [
      { topic: 'orders', partition: 0, offset: 42 },
      { topic: 'my.topic', partition: 11, offset: 0 },
    ];
    expect(offsetsIn('orders,0,42\nmy.topic,11,0\n', 'f')).toEqual(offsets);
    expect(offsetsIn('\uFEFF"orders",0,42\r\n\r\nmy.topic , 11 , 0', 'f')).toEqual(offsets);
  });

  it.each([
    ['', 'f names no offset'],
    ['orders,0', 'line 1 of f is not topic,partition,offset'],
    ['orders,0,1\norders,x,1', 'line 2 of f is not topic,partition,offset'],
    ['orders,0,-1', 'line 1 of f is not topic,partition,offset'],
    ['orders,0,9007199254740993', 'line 1 of f is not topic,partition,offset'],
    ['orders,0,1\norders,0,2', 'line 2 of f names orders-0 again'],
    ['{"orders": 1}', 'line 1 of f is not topic,partition,offset'],
  ])('is refused: %j', (text, why) => {
    expect(() => offsetsIn(text, 'f')).toThrow(why);
  });
});
