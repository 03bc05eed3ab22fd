import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { TimeIndex } from '../../../../src/store/overlay/walk/time-index.js';

function walked(index: TimeIndex, upTo = Number.POSITIVE_INFINITY): string[] {
  const seen: string[] = [];
  index.walk(upTo, (time, text) => {
    seen.push(`${String(time)} ${text}`);
    return true;
  });
  return seen;
}

describe('TimeIndex', () => {
  it('is walked by time, then by text, up to a time', () => {
    const index = new TimeIndex();
    for (const [time, text] of [
      [5, 'b'],
      [3, 'z'],
      [9, 'a'],
      [5, 'a'],
      [5, '\xff'],
      [4, 'm'],
    ] as const) {
      expect(index.add(time, text)).toBe(true);
    }
    expect(index.add(5, 'a')).toBe(false);
    expect([index.hasTime(5), index.hasTime(6)]).toEqual([true, false]);
    expect(walked(index, 5)).toEqual(['3 z', '4 m', '5 a', '5 b', '5 \xff']);
    expect([index.size, index.earliest]).toEqual([6, 3]);
  });

  it('stops when the visitor says so', () => {
    const index = new TimeIndex();
    for (const time of [1, 2, 3]) index.add(time, 'k');
    const seen: number[] = [];
    index.walk(9, (time) => {
      seen.push(time);
      return time < 2;
    });
    expect(seen).toEqual([1, 2]);
  });

  it('goes on where it was stopped when what was visited is gone, and sees what has come since', () => {
    const index = new TimeIndex();
    for (const text of ['d', 'b', 'a', 'c']) index.add(1, text);
    const seen: string[] = [];
    const take = (): boolean =>
      index.walk(9, (time, text) => {
        index.delete(time, text);
        seen.push(text);
        return seen.length % 2 !== 0;
      });
    expect(take()).toBe(false);
    index.add(1, 'B');
    expect(take()).toBe(false);
    index.delete(1, 'd');
    index.add(2, 'z');
    expect(take()).toBe(true);
    expect(seen).toEqual(['a', 'b', 'B', 'c', 'z']);
  });

  it('lets what is visited go, and finds what was added later in time', () => {
    const index = new TimeIndex();
    for (const time of [1, 2]) index.add(time, 'k');
    const seen: string[] = [];
    index.walk(9, (time, text) => {
      seen.push(`${String(time)} ${text}`);
      index.delete(time, text);
      if (time === 1) index.add(3, 'new');
      return true;
    });
    expect(seen).toEqual(['1 k', '2 k', '3 new']);
    expect([index.size, index.earliest]).toEqual([0, undefined]);
  });

  it('is the same as a sorted list, whatever is added and taken away', () => {
    const operation = fc.record({
      add: fc.boolean(),
      time: fc.integer({ min: -3, max: 40 }),
      text: fc.constantFrom('', 'a', 'b', 'ab'),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const index = new TimeIndex();
        const model = new Map<string, { time: number; text: string }>();
        for (const { add, time, text } of operations) {
          const key = `${String(time)} ${text}`;
          if (add) {
            expect(index.add(time, text)).toBe(!model.has(key));
            model.set(key, { time, text });
          } else expect(index.delete(time, text)).toBe(model.delete(key));
          expect(index.has(time, text)).toBe(add);
        }
        const expected = [...model.values()].sort(
          (left, right) => left.time - right.time || (left.text < right.text ? -1 : left.text > right.text ? 1 : 0),
        );
        expect(walked(index)).toEqual(expected.map(({ time, text }) => `${String(time)} ${text}`));
        expect([index.size, index.earliest]).toEqual([expected.length, expected[0]?.time]);
      }),
    );
  });
});
