import { expect, it } from 'vitest';
import { foreignKeyBench } from './foreign-key-bench.js';

it('answers with the value of the key, as young as the younger of row and registration', () => {
  const { feed, answered } = foreignKeyBench('join');
  feed('x=1@5', 'r');
  expect(feed('a=x:1@3 b=x:1@9', 'l')).toBe('a=x:1+1@5 b=x:1+1@9');
  expect(answered()).toBe('a=1@5 b=1@9');
});

it('answers nothing when there is no value and none is known to have been', () => {
  const { feed, answered } = foreignKeyBench('join');
  expect(feed('a=x:1@3', 'l')).toBe('');
  expect(answered()).toBe('');
});

it('answers that there is none when the key changed, or is left', () => {
  const { feed, answered } = foreignKeyBench('join');
  feed('x=1@1', 'r');
  feed('a=x:1@2', 'l');
  answered();
  expect(feed('a=y:1@3', 'l')).toBe('a=-@3');
  expect(answered()).toBe('a=-@3');
  expect(feed('a=-@4', 'l')).toBe('a=-@4');
  expect(answered()).toBe('a=-#@4');
});

it('gives decoded keys to a partitioner of the user, without values', () => {
  const seen: unknown[] = [];
  const { feed } = foreignKeyBench('join', {
    partitioner: (topic, key, value, partitions) => {
      seen.push([topic, key, value, partitions]);
      return [0];
    },
    otherPartitioner: (topic, key, value, partitions) => {
      seen.push([topic, key, value, partitions]);
      return 0;
    },
  });
  feed('x=1@1', 'r');
  expect(feed('a=x:1@2', 'l')).toBe('a=x:1+1@2');
  expect(seen).toEqual([
    ['test-j-subscription-registration-topic', 'x', null, 1],
    ['test-j-subscription-response-topic', 'a', null, 1],
  ]);
});

it('refuses a partitioner that chooses several partitions', () => {
  const { feed } = foreignKeyBench('join', { otherPartitioner: () => [0, 0] });
  expect(() => feed('a=x:1@2', 'l')).toThrow(/must choose one partition, not 2/);
});
