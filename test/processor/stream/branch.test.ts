import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

const tag = (name: string) => (value: string) => `${name}:${value}`;

describe('split', () => {
  it('sends a record to the first branch that takes it, the rest to the default', () => {
    const { feed } = timeline((input) => {
      const branches = input
        .split({ name: 'by-' })
        .branch((value) => value < 'm', { name: 'low' })
        .branch((value) => value < 't', { name: 'mid' })
        .defaultBranch({ name: 'rest' });
      const [low, mid, rest] = ['by-low', 'by-mid', 'by-rest'].map((name) => {
        const branch = branches.get(name);
        if (branch === undefined) throw new Error(`no branch ${name}`);
        return branch.mapValues(tag(name));
      });
      if (low === undefined || mid === undefined || rest === undefined) throw new Error('a branch is missing');
      return low.merge(mid).merge(rest);
    });
    expect(feed('k=a@1 k=n@2 k=z@3')).toBe('k=by-low:a@1 k=by-mid:n@2 k=by-rest:z@3');
  });

  it('lets records without a branch go', () => {
    const { feed } = timeline((input) => {
      const branches = input
        .split({ name: 'b-' })
        .branch((value) => value < 'm', { name: 'low' })
        .noDefaultBranch();
      return branches.get('b-low');
    });
    expect(feed('k=a@1 k=z@2')).toBe('k=a@1');
  });
});
