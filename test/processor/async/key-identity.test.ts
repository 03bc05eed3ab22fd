import { describe, expect, it } from 'vitest';
import { keyIdentity } from '../../../src/processor/async/key-identity.js';
import { Windowed } from '../../../src/record/windowed.js';

describe('keyIdentity', () => {
  it.each([
    ['texts', 'a', 'a'],
    ['numbers', 1, 1],
    ['null', null, null],
    ['bytes', Buffer.from([1, 255]), new Uint8Array([1, 255])],
    ['objects', { id: 1n, at: 'x' }, { id: 1n, at: 'x' }],
    ['windowed keys', new Windowed('a', 0, 10), new Windowed('a', 0, 10)],
  ])('is the same for equal %s', (_, one, other) => {
    expect(keyIdentity(one)).toBe(keyIdentity(other));
  });

  it.each([
    ['a number and its text', 1, '1'],
    ['null and its text', null, 'null'],
    ['other bytes', Buffer.from([1]), Buffer.from([2])],
    ['other objects', { id: 1n }, { id: 2n }],
    ['other windows', new Windowed('a', 0, 10), new Windowed('a', 10, 20)],
  ])('tells apart %s', (_, one, other) => {
    expect(keyIdentity(one)).not.toBe(keyIdentity(other));
  });
});
