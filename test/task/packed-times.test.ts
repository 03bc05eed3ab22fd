import { describe, expect, it } from 'vitest';
import { EPOCH_NAME } from '../../src/task/epoch-mark.js';
import { decodeOffsetMetadata, encodeOffsetMetadata } from '../../src/task/offset-metadata.js';
import { hasPages, MOST_METADATA, packTimes, unpackTimes, type PackedTimes } from '../../src/task/packed-times.js';

const LONG = 'a-name-that-somebody-has-chosen-with-care-and-without-thinking-of-limits';
const inClear = (name: string): boolean => !name.endsWith('-observed-time');

function timesOf(count: number, time: (i: number) => number): Map<string, number> {
  return new Map(Array.from({ length: count }, (_, i) => [`${LONG}-${String(i)}-observed-time`, time(i)]));
}

/** What comes back from the broker, by way of the texts that it keeps. */
function kept({ main, pages }: PackedTimes): ReturnType<typeof unpackTimes> {
  const text = (entries: ReadonlyMap<string, number>): string => {
    const metadata = encodeOffsetMetadata(7, entries);
    expect(metadata.length).toBeLessThanOrEqual(MOST_METADATA);
    return metadata;
  };
  const [mainText, ...pageTexts] = [main, ...pages].map(text);
  const read = (metadata: string): ReadonlyMap<string, number> => decodeOffsetMetadata(metadata).operatorTimes;
  return unpackTimes(read(mainText as string), pageTexts.map(read));
}

describe('times of operators beside an offset', () => {
  it('are written in clear as long as they fit, as Kafka Streams would', () => {
    const times = new Map([...timesOf(30, (i) => 1000 + i), [`${LONG}-observed-time`, -1]]);
    const packed = packTimes(times, inClear, 0, 1);
    expect([packed.main, packed.pages, packed.left]).toEqual([timesOf(30, (i) => 1000 + i), [], 0]);
    expect(kept(packed).get(`${LONG}-5-observed-time`)).toBe(1005);
    expect(kept(packed).get(`${LONG}-observed-time`)).toBeUndefined();
  });

  it.each([
    ['that all have the same time', 1000, () => 1_700_000_000_000],
    ['of two streams', 1000, (i: number) => 1_700_000_000_000 + (i < 100 ? 1 : 0)],
    ['of which some have observed nothing', 1000, (i: number) => (i % 7 === 0 ? -1 : 1_700_000_000_000)],
  ])('fit without pages for many operators %s', (_, count, time) => {
    const times = timesOf(count, time);
    const packed = packTimes(times, inClear, 0, 1);
    expect([packed.pages, packed.left]).toEqual([[], 0]);
    const read = kept(packed);
    for (const [name, value] of times) expect(read.get(name)).toBe(value);
  });

  it('go on in pages where each has another time', () => {
    const times = timesOf(1000, (i) => 1_700_000_000_000 + i);
    const packed = packTimes(times, inClear, 1000, 5);
    expect(packed.left).toBe(0);
    expect(packed.pages.length).toBeGreaterThan(1);
    expect(packed.pages.length).toBeLessThan(12);
    expect(hasPages(packed.main)).toBe(true);
    const read = kept(packed);
    for (const [name, value] of times) expect(read.get(name)).toBe(value);
  });

  it('keep the names of stores and the mark of the epoch in clear, where they are looked for', () => {
    const times = new Map([...timesOf(1000, (i) => i), ['store-of-mine', 42], [EPOCH_NAME, 12345]]);
    const { main } = packTimes(times, inClear, 100, 5);
    expect([main.get('store-of-mine'), main.get(EPOCH_NAME)]).toEqual([42, 12345]);
  });

  it('are not read with pages of another commit', () => {
    const before = packTimes(
      timesOf(600, (i) => i),
      inClear,
      100,
      1,
    );
    const after = packTimes(
      timesOf(600, (i) => 10_000 + i),
      inClear,
      100,
      2,
    );
    const read = unpackTimes(after.main, [...before.pages, ...after.pages]);
    expect(read.get(`${LONG}-599-observed-time`)).toBe(10_599);
    expect(unpackTimes(after.main, before.pages).get(`${LONG}-599-observed-time`)).not.toBe(599);
  });

  it('count those that find no place', () => {
    const packed = packTimes(
      timesOf(1000, (i) => i),
      inClear,
      1,
      5,
    );
    expect(packed.pages).toHaveLength(1);
    expect(packed.left).toBeGreaterThan(500);
    kept(packed);
  });
});
