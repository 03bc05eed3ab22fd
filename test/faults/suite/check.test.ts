import { describe, expect, it } from 'vitest';
import { check, type CheckRules, type Findings, type JoinInputs } from './check.js';
import type { Results } from './expected.js';
import type { OutputName } from './order.js';

type Given = Partial<Record<OutputName, readonly string[]>>;

/** Of one key. */
const NOTHING: Record<OutputName, readonly string[]> = {
  counts: [],
  groups: [],
  pairs: [],
  sessions: [],
  tables: [],
  foreign: [],
};
const one = (values: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map(values.length === 0 ? [] : [['k', values]]);
const results = (given: Given): Results =>
  Object.fromEntries(
    Object.entries({ ...NOTHING, ...given }).map(([name, values]) => [name, one(values)]),
  ) as unknown as Results;

const inputs: JoinInputs = {
  clicks: one(['1', '1', '2', '3']),
  views: one(['a']),
  lefts: one(['1', '2']),
  rights: one(['1', '2']),
  orders: one(['1@p', '2@q', '3@p']),
  products: new Map([
    ['p', ['1', '2']],
    ['q', ['1']],
  ]),
};
const EXACT: CheckRules = { exact: true, cached: false };
const CACHED: CheckRules = { exact: true, cached: true };
const LEAST: CheckRules = { exact: false, cached: false };

function checked(expected: Given, seen: Given, rules: CheckRules, tables = inputs): Findings {
  return check(results(expected), results(seen), tables, rules);
}

/** `ok`, or what was found first. */
function verdict(expected: Given, seen: Given, rules: CheckRules, tables = inputs): string {
  const { missing, wrong } = checked(expected, seen, rules, tables);
  return [...wrong.map((text) => `wrong ${text}`), ...missing.map((text) => `missing ${text}`)][0] ?? 'ok';
}

const counts = ['100 1', '100 2', '200 1'];
const sessions = ['5-9 2', '20-30 4'];
const pairs = ['1+a', '1+a', '2+none'];
/** The last versions: 3@p and 2. */
const foreign = ['1@p+1', '2@q+1', '3@p+1', '3@p+2'];

describe('exactly-once', () => {
  it.each<[string, OutputName, readonly string[], readonly string[], string]>([
    ['the same counts', 'counts', counts, counts, 'ok'],
    ['windows in another order among each other', 'groups', counts, ['200 1', '100 1', '100 2'], 'ok'],
    ['a count that has not come', 'counts', counts, ['100 1', '200 1'], 'missing counts k: no 100 2'],
    [
      'a count twice',
      'counts',
      counts,
      ['100 1', '100 1', '100 2', '200 1'],
      'wrong counts k: result 2 is 100 1 instead of 100 2',
    ],
    ['a count left out', 'groups', counts, ['100 2', '200 1'], 'wrong groups k: result 1 is 100 2 instead of 100 1'],
    [
      'a record counted twice',
      'counts',
      counts,
      [...counts, '200 2'],
      'wrong counts k: result 2 is 200 2 instead of none',
    ],
    ['a window of nobody', 'counts', counts, [...counts, '300 1'], 'wrong counts k: result 1 is 300 1 instead of none'],
    ['the same sessions', 'sessions', sessions, sessions, 'ok'],
    [
      'a session told twice',
      'sessions',
      sessions,
      ['5-9 2', '5-9 2', '20-30 4'],
      'wrong sessions k: result 2 is 5-9 2 instead of 20-30 4',
    ],
    ['a session too early', 'sessions', sessions, ['5-9 1'], 'wrong sessions k: result 1 is 5-9 1 instead of 5-9 2'],
    ['a session not yet told', 'sessions', sessions, ['5-9 2'], 'missing sessions k: no 20-30 4'],
    ['pairs in another order', 'pairs', pairs, ['2+none', '1+a', '1+a'], 'ok'],
    ['a pair too few', 'pairs', pairs, ['2+none', '1+a'], 'missing pairs k: no 1+a'],
    ['a pair too many', 'pairs', pairs, [...pairs, '2+none'], 'wrong pairs k: 2+none once too often'],
    ['a pair that is none', 'pairs', pairs, [...pairs, '1+b'], 'wrong pairs k: 1+b is no result'],
    ['a pair whose partner was behind', 'pairs', pairs, ['1+none', 'none+a', ...pairs], 'ok'],
    ['that twice', 'pairs', pairs, ['none+a', 'none+a', ...pairs], 'wrong pairs k: none+a once too often'],
    ['tables in one of their orders', 'tables', ['2+2'], ['1+1', '1+2', '2+2'], 'ok'],
    [
      'tables with a result twice',
      'tables',
      ['2+2'],
      ['1+1', '1+1', '1+2', '2+2'],
      'wrong tables k: the versions do not follow from each other',
    ],
    ['tables without the end', 'tables', ['2+2'], ['1+1', '1+2'], 'missing tables k: the last versions are not joined'],
    ['a foreign key', 'foreign', foreign, foreign, 'ok'],
    ['a foreign key with versions left out', 'foreign', foreign, ['1@p+none', '3@p+2'], 'ok'],
    [
      'a foreign key with a result twice',
      'foreign',
      foreign,
      ['1@p+1', '1@p+1', '3@p+2'],
      'wrong foreign k: 1@p+1 once too often',
    ],
    [
      'a foreign key that goes back',
      'foreign',
      foreign,
      ['2@q+1', '1@p+1', '3@p+2'],
      'wrong foreign k: 1@p+1 after 2+1',
    ],
    [
      'a foreign key with a row of nobody',
      'foreign',
      foreign,
      ['1@p+7', '3@p+2'],
      'wrong foreign k: 1@p+7 is no result',
    ],
    ['a foreign key without the end', 'foreign', foreign, ['3@p+1'], 'missing foreign k: 3@p+1 instead of 3@p+2'],
  ])('%s', (_, name, expected, seen, found) => {
    expect(verdict({ [name]: expected }, { [name]: seen }, EXACT)).toBe(found);
  });

  it('takes a foreign key that goes back where the rows were written twice, each pair once', () => {
    const twice = { ...inputs, orders: one(['1@p', '2@q', '1@p', '2@q']) };
    const end = { foreign: ['2@q+1'] };
    expect(verdict(end, { foreign: ['1@p+1', '2@q+1', '1@p+1', '2@q+1'] }, EXACT, twice)).toBe('ok');
    const found = verdict(end, { foreign: ['1@p+1', '2@q+1', '1@p+1', '1@p+1', '2@q+1'] }, EXACT, twice);
    expect(found).toBe('wrong foreign k: 1@p+1 once too often');
  });

  it('looks at keys that nobody expects', () => {
    const found = check(results({}), results({ pairs: ['1+a'] }), inputs, EXACT);
    expect(found).toMatchObject({ wrong: ['pairs k: 1+a is no result'], records: 1 });
  });
});

describe('exactly-once under caches', () => {
  it.each<[string, OutputName, readonly string[], readonly string[], string]>([
    ['counts left out', 'counts', counts, ['100 2', '200 1'], 'ok'],
    ['the last count left out', 'counts', counts, ['100 1', '200 1'], 'missing counts k: 100 1 instead of 100 2'],
    ['a count twice', 'counts', counts, ['100 2', '100 2', '200 1'], 'wrong counts k: 100 2 after 2'],
    ['a record counted twice', 'counts', counts, ['100 3', '200 1'], 'wrong counts k: 100 3 instead of 100 2'],
    [
      'a session told twice',
      'sessions',
      sessions,
      ['5-9 2', '5-9 2'],
      'wrong sessions k: result 2 is 5-9 2 instead of 20-30 4',
    ],
    ['the end of tables', 'tables', ['2+2'], ['2+2'], 'ok'],
    ['tables without the end', 'tables', ['2+2'], ['2+1'], 'missing tables k: 2+1 instead of 2+2'],
    ['a foreign key with a result twice', 'foreign', foreign, ['3@p+2', '3@p+2'], 'ok'],
    ['a foreign key that goes back', 'foreign', foreign, ['3@p+1', '2@q+1'], 'wrong foreign k: 2@q+1 after 3+1'],
  ])('%s', (_, name, expected, seen, found) => {
    expect(verdict({ [name]: expected }, { [name]: seen }, CACHED)).toBe(found);
  });
});

describe('at-least-once', () => {
  it.each<[string, OutputName, readonly string[], readonly string[], string]>([
    ['records counted again', 'counts', counts, ['100 1', '100 2', '100 3', '200 1'], 'ok'],
    ['a record not counted', 'counts', counts, ['100 1', '200 1'], 'missing counts k: 100 1 of 2'],
    ['a window lost', 'groups', counts, ['100 2'], 'missing groups k: 200 0 of 1'],
    ['a session with more', 'sessions', sessions, ['5-9 3', '20-30 4'], 'ok'],
    ['a session with less', 'sessions', sessions, ['5-9 2', '20-30 3'], 'missing sessions k: 20-30 3 of 4'],
    ['pairs twice', 'pairs', pairs, [...pairs, ...pairs], 'ok'],
    ['a pair lost', 'pairs', pairs, ['1+a'], 'missing pairs k: 2+none'],
    ['tables that went back', 'tables', ['2+2'], ['1+1', '2+2', '2+1'], 'ok'],
    ['tables without the end', 'tables', ['2+2'], ['1+1', '2+1'], 'missing tables k: never 2+2'],
    ['a foreign key without the end', 'foreign', foreign, ['3@p+1'], 'missing foreign k: never 3@p+2'],
  ])('%s', (_, name, expected, seen, found) => {
    expect(verdict({ [name]: expected }, { [name]: seen }, LEAST)).toBe(found);
  });

  it('counts what came more often', () => {
    const found = checked({ counts, pairs }, { counts: [...counts, '200 2'], pairs: [...pairs, ...pairs] }, LEAST);
    expect(found).toMatchObject({ repeated: 4, records: 10 });
  });
});
