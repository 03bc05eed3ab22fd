import { describe, expect, it } from 'vitest';
import { ClosingSessions } from '../../../../src/store/overlay/session/closing-sessions.js';

describe('ClosingSessions', () => {
  it('come by end, then start, then key, whatever their size; each is taken once', () => {
    const sessions = new ClosingSessions(false);
    const given: [end: number, start: number, key: string][] = [
      [9_000_000_000_000, 8_999_999_999_999, 'a'],
      [9_000_000_000_000, 4_294_967_296, 'b'],
      [9_000_000_000_000, 4_294_967_295, 'c'],
      [9_000_000_000_000, 255, 'd'],
      [9_000_000_000_000, 255, 'ab'],
      [7, 0, 'z'],
    ];
    for (const [end, start, key] of given) sessions.add(end, start, key);
    sessions.delete(9_000_000_000_000, 4_294_967_295, 'c');
    const taken: [number, number, string][] = [];
    sessions.take(9_000_000_000_000, (...one) => taken.push(one) > 0);
    expect(taken).toEqual([given[5], given[4], given[3], given[1], given[0]]);
    sessions.take(Number.POSITIVE_INFINITY, () => expect.fail('taken twice'));
  });

  it('of a store in memory come by end, then key, then start', () => {
    const sessions = new ClosingSessions(true);
    const given: [end: number, start: number, key: string][] = [
      [900, 300, 'b'],
      [900, 299, 'ab'],
      [900, 700, 'a'],
      [900, 2, 'a\0'],
      [900, 256, 'a'],
      [7, 0, 'z'],
    ];
    for (const [end, start, key] of given) sessions.add(end, start, key);
    const taken: [number, number, string][] = [];
    sessions.take(900, (...one) => taken.push(one) > 0);
    expect(taken).toEqual([given[5], given[4], given[2], given[3], given[1], given[0]]);
  });

  it('nothing may be given up until the store has looked at what there is', () => {
    const sessions = new ClosingSessions(false);
    sessions.add(5, 1, 'a');
    expect(sessions.from).toBe(Number.NEGATIVE_INFINITY);
    sessions.known = true;
    expect(sessions.from).toBe(5);
    sessions.delete(5, 1, 'a');
    expect(sessions.from).toBe(Number.POSITIVE_INFINITY);
  });
});
