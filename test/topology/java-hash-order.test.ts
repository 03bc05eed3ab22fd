import { describe, expect, it } from 'vitest';
import { copiedHashOrder, hashOrder, javaHash } from '../../src/topology/java-hash-order.js';

// What Java 17 prints for the same calls.
const stores = (count: number): string[] => Array.from({ length: count }, (_, i) => `store-${String(i)}`);

describe('javaHash', () => {
  it.each([
    ['', 0],
    ['a', 97],
    ['hello', 99_162_322],
    ['KSTREAM-FILTER-0000000001', -386_227_788],
    ['zürich', -565_983_330],
    ['polygenelubricants', -2_147_483_648],
  ])('of %s', (text, hash) => {
    expect(javaHash(text)).toBe(hash);
  });
});

describe('hashOrder', () => {
  it('is that of a HashSet of 16 buckets', () => {
    expect(hashOrder(stores(12)).join(' ')).toBe(
      'store-10 store-0 store-11 store-1 store-2 store-3 store-4 store-5 store-6 store-7 store-8 store-9',
    );
  });

  it('is that of a HashSet that has grown to 64 buckets', () => {
    expect(
      hashOrder(stores(30))
        .map((name) => name.slice(6))
        .join(' '),
    ).toBe('15 16 17 18 19 10 11 12 13 14 26 27 28 29 20 21 0 22 1 23 2 24 3 25 4 5 6 7 8 9');
  });

  it('names every element once', () => {
    expect(hashOrder(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });
});

describe('copiedHashOrder', () => {
  it('keeps names of one bucket in the order in which they came', () => {
    expect(copiedHashOrder(['AaAa', 'BBBB', 'AaBB', 'BBAa', 'x'])).toEqual(['x', 'AaAa', 'BBBB', 'AaBB', 'BBAa']);
  });

  it('is sized by the collection it copies, names that occur twice counted twice', () => {
    // In 32 buckets these two stand the other way round than in 16.
    const twice = Array.from({ length: 14 }, () => 'p');
    expect(copiedHashOrder(['p', '`'])).toEqual(['p', '`']);
    expect(copiedHashOrder([...twice, '`'])).toEqual(['`', 'p']);
  });
});
