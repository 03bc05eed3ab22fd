import { describe, expect, it } from 'vitest';
import { Position } from '../../src/query/position.js';

describe('a position', () => {
  const one = Position.of('orders', 0, 12)
    .merged(Position.of('orders', 3, 40))
    .merged(Position.of('clicks', 1, 7));

  it('goes over the wire as a short text', () => {
    expect(String(one)).toBe('orders:0-12.3-40~clicks:1-7');
    expect(Position.parse(String(one)).toJSON()).toEqual(one.toJSON());
    expect(encodeURIComponent(String(Position.of('a-b.c_d', 0, 1)))).toBe('a-b.c_d%3A0-1');
    expect(Position.parse('').isEmpty).toBe(true);
  });

  it('is merged to the further of two', () => {
    const merged = one.merged(Position.of('orders', 0, 11)).merged(Position.of('orders', 3, 41));
    expect(merged.toJSON()).toEqual({ orders: { 0: 12, 3: 41 }, clicks: { 1: 7 } });
    expect(one.offset('orders', 3)).toBe(40);
    expect([one.offset('orders', 1), one.offset('none', 0)]).toEqual([-1, -1]);
    expect(Position.from(one.toJSON()).toJSON()).toEqual(one.toJSON());
  });

  it.each([
    'x',
    'a:',
    'a:0',
    'a:0-',
    'a:-1-2',
    'a:0-1~',
    'a:0-99999999999999999',
    'a/b:0-1',
    `${'a:0-1~'.repeat(999)}a:0-1`,
  ])('refuses %s', (text) => {
    expect(() => Position.parse(text)).toThrow(expect.objectContaining({ code: 'QUERY_FAILED', reason: 'INVALID' }));
  });
});
