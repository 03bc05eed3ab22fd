import { describe, expect, it } from 'vitest';
import { ForeignKeyAnswer, AnswerSerde, ForeignValue } from '../../../src/serde/foreign-key-answer.js';
import { murmur3 } from '../../../src/serde/murmur3.js';
import { serdes } from '../../../src/serde/serdes.js';
import { foreignKeyBench, type ForeignKeyBench } from './foreign-key-bench.js';

/** Gives an answer for row `a`, as it was with the value. */
function answer({ driver }: ForeignKeyBench, left: string | null, foreign: string | null, timestamp: number): void {
  const hash = left === null ? null : murmur3(Buffer.from(left));
  const input = driver.inputTopic('test-j-subscription-response-topic', {
    key: serdes.string(),
    value: new AnswerSerde(serdes.string()),
  });
  input.pipe('a', new ForeignKeyAnswer(hash, foreign === null ? null : new ForeignValue(foreign), 0), { timestamp });
}

describe('the result of a foreign-key join', () => {
  it('comes of an answer for the row as it is', () => {
    const bench = foreignKeyBench('join');
    bench.feed('a=x:1@1', 'l');
    answer(bench, 'x:1', 'v', 9);
    expect(bench.feed('b=x:1@2', 'l')).toBe('a=x:1+v@9');
    expect(bench.driver.metrics.drops).toEqual({});
  });

  it.each([
    ['what the row was before', 'x:0'],
    ['a row that was deleted', null],
  ])('does not come of an answer for %s, which is dropped and counted', (_, left) => {
    const bench = foreignKeyBench('join');
    bench.feed('a=x:1@1', 'l');
    answer(bench, left, 'v', 9);
    expect(bench.feed('b=x:1@2', 'l')).toBe('');
    expect(bench.driver.metrics.drops).toEqual({ 'stale-answer': 1 });
  });

  it('does not come of an answer for a row that is gone', () => {
    const bench = foreignKeyBench('join');
    answer(bench, 'x:1', 'v', 9);
    expect(bench.feed('b=x:1@2', 'l')).toBe('');
    expect(bench.driver.metrics.drops).toEqual({ 'stale-answer': 1 });
  });

  it('is a deletion where there is no value, unless the join is a left one', () => {
    const inner = foreignKeyBench('join');
    inner.feed('a=x:1@1', 'l');
    answer(inner, 'x:1', null, 9);
    expect(inner.feed('b=x:1@2', 'l')).toBe('a=-@9');
    const left = foreignKeyBench('leftJoin');
    expect(left.feed('a=x:1@1', 'l')).toBe('a=x:1+@1');
    expect(left.feed('a=-@2', 'l')).toBe('a=-@2');
  });

  it('is kept when its store is named', () => {
    const { feed, driver } = foreignKeyBench('leftJoin', { store: 'joined', value: serdes.string() });
    feed('x=1@3', 'r');
    feed('a=x:1@1 b=:2@2 c=y:3@3', 'l');
    feed('c=-@9', 'l');
    const store = driver.store<never>('joined') as { all(): Iterable<readonly [string, { timestamp: number }]> };
    expect([...store.all()].map(([key, row]) => [key, { ...row }.timestamp])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  it('follows the row from one foreign key to another', () => {
    const { feed } = foreignKeyBench('join');
    feed('x=1@1 y=2@2', 'r');
    expect(feed('a=x:1@3 a=y:1@4 a=y:2@5', 'l')).toBe('a=x:1+1@3 a=y:1+2@4 a=y:2+2@5');
  });
});
