import { describe, expect, it } from 'vitest';
import { optimizations, type Optimize } from '../../../src/topology/optimise/optimize.js';

describe('optimizations', () => {
  it('are all, none or those named', () => {
    expect([...optimizations('none')]).toEqual([]);
    expect(optimizations('all').size).toBe(3);
    expect([...optimizations(['merge.repartition.topics'])]).toEqual(['merge.repartition.topics']);
  });

  it.each(['some', ['merge.repartition.topics', 'merge'], 7, null])('do not know %j', (given) => {
    expect(() => optimizations(given as Optimize)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', option: 'optimize' }) as Error,
    );
  });
});
