/** For each deliberate difference a plan that shows it, as small as it gets. */
import type { Input, Plan, Step } from './plan.js';

const STREAM: Step = { op: 'stream', topics: ['in'], out: 'stream' };

function plan(steps: readonly Step[], inputs: readonly Input[] = [], more: Partial<Plan> = {}): Plan {
  return { optimize: 'none', cacheBytes: 0, steps, inputs, ...more };
}

function record(time: number, key = 'a'): Input {
  return { topic: 'in', key, value: 'x', time };
}

/** By the name of the difference. */
export const WITNESSES: Readonly<Record<string, Plan>> = {
  'a null key may wait': plan(
    [
      STREAM,
      { op: 'table', topic: 'rows', materialized: { store: 'versions', historyRetention: 1000 }, out: 'table' },
      { op: 'table leftJoin', in: 'stream', with: 'table', joiner: { fn: 'pair' }, grace: 10, out: 'joined' },
    ],
    [{ topic: 'in', key: null, value: 'x', time: 1 }],
  ),

  'a record that fails does not stop those behind it': plan(
    [
      STREAM,
      { op: 'table', topic: 'rows', materialized: { store: 'versions', historyRetention: 1000 }, out: 'table' },
      { op: 'table join', in: 'stream', with: 'table', joiner: { fn: 'throwSome', m: 2 }, grace: 2, out: 'joined' },
    ],
    [
      { topic: 'rows', key: 'a', value: 'r', time: 0 },
      ...['x', 'y', 'z', 'x1', 'ab', 'q'].map((value, at) => ({ topic: 'in', key: 'a', value, time: at * 3 })),
    ],
    { onError: 'continue' },
  ),

  'serdes are inherited': plan(
    [
      { ...STREAM, valueSerde: 'long' },
      { op: 'groupBy', in: 'stream', mapper: { fn: 'sameKey' }, keySerde: 'string', out: 'grouped' },
      { op: 'count', in: 'grouped', out: 'counts' },
    ],
    [{ topic: 'in', key: 'a', value: 1, time: 0 }],
  ),

  'windowed keys can be held back': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'windowedBy', in: 'grouped', size: 10, out: 'windowed' },
      { op: 'windowed count', in: 'windowed', out: 'counts' },
      { op: 'suppress', in: 'counts', out: 'final' },
    ],
    [record(0)],
  ),

  'a full buffer stops the application': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'count', in: 'grouped', out: 'counts' },
      { op: 'suppress', in: 'counts', timeLimit: 1000, maxRecords: 1, shutDown: true, out: 'held' },
    ],
    [record(0, 'a'), record(0, 'b'), record(0, 'c')],
    { onError: 'continue' },
  ),

  'what timers send can be held back': plan(
    [
      STREAM,
      { op: 'processValues', in: 'stream', m: 8, timer: { type: 'stream-time', every: 10 }, out: 'ticks' },
      { op: 'toTable', in: 'ticks', out: 'table' },
      { op: 'suppress', in: 'table', timeLimit: 1000, out: 'held' },
    ],
    [record(0)],
  ),

  'what timers send can be joined by a foreign key': plan(
    [
      STREAM,
      { op: 'processValues', in: 'stream', m: 8, timer: { type: 'stream-time', every: 10 }, out: 'ticks' },
      { op: 'toTable', in: 'ticks', out: 'table' },
      {
        op: 'foreign join',
        in: 'table',
        with: 'table',
        mapper: { fn: 'sameKey' },
        joiner: { fn: 'pair' },
        out: 'joined',
      },
    ],
    [record(0)],
  ),

  'windowed cogroups can be joined': plan([
    STREAM,
    { op: 'groupByKey', in: 'stream', out: 'grouped' },
    { op: 'cogroup', in: 'grouped', adder: { fn: 'sum' }, out: 'cogrouped' },
    { op: 'cogroup windowedBy', in: 'cogrouped', windows: 'time', size: 10, out: 'windowed' },
    { op: 'cogroup windowed aggregate', in: 'windowed', initial: 0, out: 'sums' },
    { op: 'foreign join', in: 'sums', with: 'sums', mapper: { fn: 'sameKey' }, joiner: { fn: 'sum' }, out: 'joined' },
  ]),

  'windowed cogroups of what had a history can be held back': plan([
    {
      op: 'table',
      topic: 'in',
      keySerde: 'string',
      valueSerde: 'string',
      materialized: { store: 'rows', historyRetention: 10 },
      out: 'table',
    },
    { op: 'toStream', in: 'table', out: 'stream' },
    { op: 'groupByKey', in: 'stream', out: 'grouped' },
    { op: 'cogroup', in: 'grouped', adder: { fn: 'sum' }, out: 'cogrouped' },
    { op: 'cogroup windowedBy', in: 'cogrouped', windows: 'time', size: 10, out: 'windowed' },
    {
      op: 'cogroup windowed aggregate',
      in: 'windowed',
      initial: 0,
      materialized: { keySerde: 'string', valueSerde: 'long' },
      out: 'sums',
    },
    { op: 'suppress', in: 'sums', timeLimit: 2, out: 'held' },
  ]),

  'rows of a left join by a windowed foreign key can be deleted': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'session windowedBy', in: 'grouped', gap: 10, out: 'sessions' },
      { op: 'session count', in: 'sessions', out: 'counts', materialized: { keySerde: 'string' } },
      {
        op: 'foreign leftJoin',
        in: 'counts',
        with: 'counts',
        mapper: { fn: 'sameKey' },
        joiner: { fn: 'sum' },
        out: 'joined',
      },
    ],
    [record(0), record(5)],
  ),

  'a store is there before its join': plan([
    STREAM,
    { op: 'groupBy', in: 'stream', mapper: { fn: 'sameKey' }, name: 'shared', out: 'grouped' },
    { op: 'count', in: 'grouped', out: 'counts' },
    { op: 'stream', topics: ['other'], out: 'other' },
    { op: 'table join', in: 'other', with: 'counts', joiner: { fn: 'pair' }, out: 'joined' },
    { op: 'reduce', in: 'grouped', adder: { fn: 'last' }, out: 'reduced' },
  ]),

  'repartitions are merged behind stateless operators': plan(
    [
      STREAM,
      { op: 'selectKey', in: 'stream', mapper: { fn: 'sameKey' }, out: 'keyed' },
      { op: 'filter', in: 'keyed', predicate: { fn: 'hasValue' }, out: 'filtered' },
      { op: 'groupByKey', in: 'filtered', out: 'one' },
      { op: 'count', in: 'one', out: 'counts' },
      { op: 'groupByKey', in: 'filtered', out: 'other' },
      { op: 'count', in: 'other', out: 'more-counts' },
    ],
    [],
    { optimize: 'all' },
  ),

  'a cogroup shares repartitions, and has several': plan([
    STREAM,
    { op: 'groupBy', in: 'stream', mapper: { fn: 'sameKey' }, out: 'one' },
    { op: 'groupBy', in: 'stream', mapper: { fn: 'sameKey' }, out: 'other' },
    {
      op: 'cogroup',
      in: 'one',
      adder: { fn: 'concat' },
      with: 'other',
      otherAdder: { fn: 'concat' },
      out: 'cogrouped',
    },
    { op: 'cogroup aggregate', in: 'cogrouped', initial: 'i', out: 'table' },
  ]),

  'joins of no length find what has the same time': plan(
    [
      STREAM,
      { op: 'stream', topics: ['other'], out: 'other' },
      { op: 'stream join', in: 'stream', with: 'other', joiner: { fn: 'pair' }, difference: 0, out: 'pairs' },
      { op: 'to', in: 'pairs', topic: 'out' },
    ],
    [record(1), { ...record(1), topic: 'other' }],
  ),

  'left self joins stay left joins': plan(
    [
      STREAM,
      { op: 'stream leftJoin', in: 'stream', with: 'stream', joiner: { fn: 'pair' }, difference: 10, out: 'pairs' },
      { op: 'to', in: 'pairs', topic: 'out' },
    ],
    [{ topic: 'in', key: null, value: 'x', time: 1 }],
    { optimize: 'all' },
  ),

  'no record is joined with itself outside of its window': plan(
    [
      STREAM,
      {
        op: 'stream join',
        in: 'stream',
        with: 'stream',
        joiner: { fn: 'pair' },
        difference: 10,
        before: -1,
        out: 'pairs',
      },
      { op: 'to', in: 'pairs', topic: 'out' },
    ],
    [{ topic: 'in', key: 'a', value: 'x', time: 1 }],
    { optimize: 'all' },
  ),

  'records are joined with themselves within one millisecond too': plan(
    [
      STREAM,
      {
        op: 'stream join',
        in: 'stream',
        with: 'stream',
        joiner: { fn: 'pair' },
        difference: 1,
        before: 0,
        out: 'pairs',
      },
      { op: 'to', in: 'pairs', topic: 'out' },
    ],
    [record(1)],
    { optimize: 'all' },
  ),

  'sliding windows may have no length': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'windowedBy', in: 'grouped', windows: 'sliding', size: 0, out: 'windowed' },
      { op: 'windowed count', in: 'windowed', out: 'counts' },
    ],
    [record(5)],
  ),

  'a sliding window that was just deleted is gone': plan(
    [
      STREAM,
      { op: 'flatMapValues', in: 'stream', mapper: { fn: 'repeat', m: 3 }, out: 'many' },
      { op: 'groupByKey', in: 'many', out: 'grouped' },
      { op: 'windowedBy', in: 'grouped', windows: 'sliding', size: 2, out: 'windowed' },
      {
        op: 'windowed aggregate',
        in: 'windowed',
        initial: 0,
        adder: { fn: 'sumNullSome', m: 2 },
        materialized: { keySerde: 'string', valueSerde: 'long' },
        out: 'sums',
      },
    ],
    ['c2', 'd2'].map((value, at) => ({ topic: 'in', key: 'a', value, time: 1115 + at })),
    { cacheBytes: 1_000_000 },
  ),

  'every window that closes is emitted': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'windowedBy', in: 'grouped', windows: 'time', size: 10, out: 'windowed' },
      { op: 'emitOnClose', in: 'windowed' },
      { op: 'windowed count', in: 'windowed', out: 'counts' },
      { op: 'toStream', in: 'counts', out: 'finals' },
      { op: 'to', in: 'finals', topic: 'out', keySerde: 'windowed(10,string)', valueSerde: 'long' },
    ],
    [record(0), record(20)],
  ),

  'cached sessions are found near the epoch': plan(
    [
      STREAM,
      { op: 'groupByKey', in: 'stream', out: 'grouped' },
      { op: 'session windowedBy', in: 'grouped', gap: 600_000, out: 'sessions' },
      { op: 'session count', in: 'sessions', out: 'counts' },
    ],
    [record(1)],
    { cacheBytes: 1_000_000 },
  ),
};
