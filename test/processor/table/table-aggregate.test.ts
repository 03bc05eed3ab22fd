import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { STRINGS, timeline } from '../timeline.js';

/** Values are `<group>:<number>`. */
const group = (value: string): string => value.split(':')[0] ?? '';
const number = (value: string): number => Number(value.split(':')[1]);

describe('KTable.groupBy', () => {
  const sums = () =>
    timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .groupBy((value) => [group(value), value], STRINGS)
        .aggregate(
          () => 0,
          (sum, value) => sum + number(value),
          (sum, value) => sum - number(value),
          { value: serdes.double() },
        )
        .toStream(),
    );

  it('adds a new row, replaces a changed one in one step, and takes a deleted one off', () => {
    expect(sums().feed('a=x:1@1 b=x:5@2 a=x:3@9 b=-@4', 't')).toBe('x=1@1 x=6@2 x=8@9 x=3@9');
  });

  it('takes a row that changes its group off the old one first', () => {
    expect(sums().feed('a=x:1@1 b=x:5@2 a=y:1@3', 't')).toBe('x=1@1 x=6@2 x=5@3 y=1@3');
  });

  it('count', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .groupBy((value) => [group(value), value], STRINGS)
        .count()
        .toStream(),
    );
    expect(feed('a=x:1@1 b=x:2@2 a=y:1@3', 't')).toBe('x=1@1 x=2@2 x=1@3 y=1@3');
  });

  it('reduce with adder and subtractor', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .groupBy((value) => [group(value), String(number(value))], STRINGS)
        .reduce(
          (sum, value) => String(Number(sum) + Number(value)),
          (sum, value) => String(Number(sum) - Number(value)),
        )
        .toStream(),
    );
    expect(feed('a=x:1@1 b=x:5@2 a=x:2@3 b=-@4', 't')).toBe('x=1@1 x=6@2 x=7@3 x=2@4');
  });

  it('a half whose new key is null is left out', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .groupBy((value) => [group(value) === 'none' ? (null as unknown as string) : group(value), value], STRINGS)
        .count()
        .toStream(),
    );
    expect(feed('a=none:1@1 a=x:1@2 a=none:2@3', 't')).toBe('x=1@2 x=0@3');
  });
});
