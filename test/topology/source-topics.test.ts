import { describe, expect, it } from 'vitest';
import { resolveSourceTopics } from '../../src/topology/source-topics.js';
import { Parts, store } from './parts.js';

describe('resolveSourceTopics', () => {
  it('gives internal topics their names on the broker', () => {
    const topology = new Parts().from('in', ['a', 'b']).through('x', 'in').build();
    expect(Object.fromEntries(resolveSourceTopics(topology, 'app', []))).toEqual({
      in: ['a', 'b'],
      'x-source': ['app-x'],
    });
  });

  it('gives a pattern the topics that match, but no internal topic of the application', () => {
    const parts = new Parts()
      .from('all', /[ag].*/)
      .from('in', 'input')
      .through('x', 'in')
      .add('count', 'x-source');
    parts.addStore(store('s'), 'count');
    const cluster = ['gamma', 'app-x', 'app-s-changelog', 'input', 'alpha', 'other', 'app-of-another'];
    expect(resolveSourceTopics(parts.build(), 'app', cluster).get('all')).toEqual(['alpha', 'app-of-another', 'gamma']);
  });

  it('gives a pattern nothing when nothing matches', () => {
    expect(resolveSourceTopics(new Parts().from('all', /x/).build(), 'app', ['y']).get('all')).toEqual([]);
  });

  it('refuses a topic that two patterns match', () => {
    const topology = new Parts().from('one', /a.*/).from('two', /.*z/).build();
    expect(() => resolveSourceTopics(topology, 'app', ['az'])).toThrow(
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        topic: 'az',
        node: 'two',
        message: expect.stringContaining('az matches .*z and also the pattern of source one') as string,
      }) as Error,
    );
  });
});
