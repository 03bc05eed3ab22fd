/** What is known of the rows on disk: never that one is not there which is. */
import { describe, expect, it } from 'vitest';
import { WrittenRows } from '../../../../src/store/overlay/rows/written-rows.js';

function named(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `user-${String(at)}`);
}

describe('the rows that were written', () => {
  it('are known, and so are those that were not', () => {
    const written = new WrittenRows(-1);
    for (const text of named(10_000)) written.add(text, 1);
    expect(named(10_000).every((text) => written.has(text, 1))).toBe(true);
    // Two keys may have the same number of 32 bits: of so many hardly any have.
    const others = named(10_000).map((text) => `another ${text}`);
    expect(others.filter((text) => written.has(text, 1)).length).toBeLessThan(5);
    expect(written.has('user-1', 0)).toBe(false);
    expect(written.has('user-1', 2)).toBe(false);
  });

  it('are unknown where something was on disk before', () => {
    const written = new WrittenRows(7);
    written.add('a', 7);
    written.add('a', 8);
    expect([written.has('b', 6), written.has('b', 7), written.has('b', 8), written.has('a', 8)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('are forgotten for the oldest stretches of time, of which nothing is ruled out then', () => {
    const written = new WrittenRows(-1);
    for (const id of [10, 12, 14, 16]) written.add('a', id);
    expect([written.has('b', 9), written.has('b', 10), written.has('b', 11)]).toEqual([false, false, false]);
    written.add('a', 13);
    expect([written.has('b', 9), written.has('b', 10), written.has('b', 11), written.has('b', 13)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    // A late one, of a stretch that was given up.
    written.add('a', 9);
    expect([written.has('a', 9), written.has('b', 9), written.has('a', 16)]).toEqual([true, true, true]);
    // One that is the oldest of too many.
    written.add('c', 11);
    expect([written.has('c', 11), written.has('b', 11), written.has('b', 12)]).toEqual([true, true, false]);
  });

  it('are not counted up where they are too many', () => {
    const written = new WrittenRows(-1);
    for (let at = 0; at <= 2 ** 18; at += 1) written.add(String(at), 1);
    expect(written.has('none of them', 1)).toBe(true);
    expect(written.has('none of them', 2)).toBe(false);
  });

  it('are none after a wipe', () => {
    const written = new WrittenRows(5);
    written.add('a', 6);
    written.forget();
    expect([written.has('a', 6), written.has('a', 5)]).toEqual([false, false]);
  });
});
