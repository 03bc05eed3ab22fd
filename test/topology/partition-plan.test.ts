import { describe, expect, it } from 'vitest';
import { planPartitions } from '../../src/topology/partition-plan.js';
import { Parts, source, store } from './parts.js';

function plan(parts: Parts, topics: Record<string, number>): { topics: object; tasks: object } {
  const { internalTopics, tasks } = planPartitions(parts.build(), 'app', new Map(Object.entries(topics)));
  return { topics: Object.fromEntries(internalTopics), tasks: Object.fromEntries(tasks) };
}

const refused = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

describe('planPartitions', () => {
  it('makes a task for every partition of the widest source, and as many partitions of a changelog', () => {
    const parts = new Parts().from('in', ['a', 'b']).add('count', 'in');
    parts.addStore(store('s'), 'count');
    expect(plan(parts, { a: 2, b: 5 })).toEqual({ topics: { 'app-s-changelog': 5 }, tasks: { 0: 5 } });
  });

  it('gives a repartition topic the most partitions that flow into it, over several steps', () => {
    const parts = new Parts().from('a').from('b').add('both', 'a', 'b').through('x', 'both').through('y', 'x-source');
    parts.add('count', 'y-source').addStore(store('s'), 'count');
    expect(plan(parts, { a: 3, b: 7 })).toEqual({
      topics: { 'app-x': 7, 'app-y': 7, 'app-s-changelog': 7 },
      tasks: { 0: 7, 1: 7, 2: 7 },
    });
  });

  it('keeps a fixed count', () => {
    const parts = new Parts().from('a').through('x', 'a', 12).through('y', 'x-source');
    expect(plan(parts, { a: 3 }).topics).toEqual({ 'app-x': 12, 'app-y': 12 });
  });

  it('gives repartition topics the count of the topics that they are joined with', () => {
    const parts = new Parts().from('orders').through('x', 'orders').from('users').add('join', 'x-source', 'users');
    parts.copartition(['x-source', 'users']);
    expect(plan(parts, { orders: 3, users: 8 })).toEqual({ topics: { 'app-x': 8 }, tasks: { 0: 3, 1: 8 } });
  });

  it('gives joined repartition topics the same count, the larger or the fixed one', () => {
    const parts = (fixed: number | null): Parts => {
      const made = new Parts().from('a').through('x', 'a').from('b').through('y', 'b', fixed);
      made.add('join', 'x-source', 'y-source').copartition(['x-source', 'y-source']);
      return made;
    };
    expect(plan(parts(null), { a: 3, b: 5 }).topics).toEqual({ 'app-x': 5, 'app-y': 5 });
    expect(plan(parts(2), { a: 3, b: 5 }).topics).toEqual({ 'app-x': 2, 'app-y': 2 });
  });

  it('refuses joined topics of different counts, all named', () => {
    const parts = new Parts().from('orders').from('users').add('join', 'orders', 'users');
    parts.copartition(['orders', 'users']);
    expect(() => plan(parts, { orders: 3, users: 8 })).toThrow(
      refused('PARTITIONS_MISMATCHED', /\(orders: 3, users: 8\); put repartition\(\) before the join/),
    );
  });

  it('refuses a fixed count that differs from a topic that it is joined with', () => {
    const parts = new Parts().from('orders').through('x', 'orders', 4).from('users').add('join', 'x-source', 'users');
    parts.copartition(['x-source', 'users']);
    expect(() => plan(parts, { orders: 4, users: 8 })).toThrow(
      refused('PARTITIONS_MISMATCHED', /\(app-x: 4, users: 8\)/),
    );
  });

  it('names all topics that are missing, and who wants them', () => {
    const parts = new Parts().from('a').from('b');
    parts.addGlobalStore(store('users-store'), source('g', ['users']), 'p', { kind: 'pass' });
    expect(() => plan(parts, { a: 1 })).toThrow(
      refused(
        'TOPIC_MISSING',
        /^source topics do not exist: b \(sub-topology 1\), users \(global store users-store\); create them/,
      ),
    );
    const one = new Parts().from('a');
    expect(() => plan(one, {})).toThrow(expect.objectContaining({ code: 'TOPIC_MISSING', topic: 'a' }) as Error);
  });

  it('waits for a pattern to match, but not in vain where something depends on it', () => {
    expect(plan(new Parts().from('in', /x/), {})).toEqual({ topics: {}, tasks: { 0: 0 } });
    expect(() => plan(new Parts().from('in', /x/).through('r', 'in'), {})).toThrow(
      refused('TOPIC_MISSING', /partitions of app-r is not known/),
    );
    expect(plan(new Parts().from('in', /x.*/).through('r', 'in'), { x1: 2, x2: 6, y: 9 }).topics).toEqual({
      'app-r': 6,
    });
  });

  it('takes no count from an internal topic that is there already', () => {
    const parts = new Parts().from('a').through('x', 'a');
    expect(plan(parts, { a: 3, 'app-x': 9 }).topics).toEqual({ 'app-x': 3 });
  });
});
