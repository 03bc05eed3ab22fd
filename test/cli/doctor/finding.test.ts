import { describe, expect, it } from 'vitest';
import { checkFeatures } from '../../../src/cli/doctor/check-brokers.js';
import { clockFinding } from '../../../src/cli/doctor/check-clock.js';
import { checked, findingsText, look, ok, wrong } from '../../../src/cli/doctor/finding.js';

it('findings are written with what is to be done', () => {
  expect(
    findingsText([ok('node', 'Node 22'), look('disk', 'full', 'free it'), wrong('topics', 'none', 'create')]),
  ).toBe(
    [
      'ok     node    Node 22',
      'look   disk    full',
      '               -> free it',
      'WRONG  topics  none',
      '               -> create',
      '',
      '1 wrong, 1 to look at, 1 ok',
      '',
    ].join('\n'),
  );
});

it('a check that fails is a finding', async () => {
  const failing = () => Promise.reject(new Error('the broker left'));
  expect(await checked('topics', 'ask again', failing)).toEqual([wrong('topics', 'the broker left', 'ask again')]);
});

describe('the clock', () => {
  it.each([
    [1_000, 1_020, 1_010, 'ok', /no difference .* 10 ms/],
    [1_000, 1_020, 1_510, 'ok', /^500 ms behind the broker's, give or take 10 ms$/],
    [10_000, 10_020, 7_010, 'look', /^3000 ms ahead of/],
    [0, 20, 120_010, 'wrong', /^120000 ms behind/],
    // An answer that took as long shows nothing.
    [0, 10_000, 6_500, 'ok', /no difference/],
  ])('from %d to %d, when the broker has %d, is %s', (before, after, broker, status, found) => {
    const finding = clockFinding(before, after, broker);
    expect(finding.status).toBe(status);
    expect(finding.found).toMatch(found);
  });
});

it('the protocol of transactions is told by its feature', () => {
  expect(
    checkFeatures(
      new Map([
        ['transaction.version', 2],
        ['metadata.version', 30],
      ]),
    ),
  ).toMatchObject({
    status: 'ok',
    found: 'metadata.version 30, transaction.version 2',
  });
  expect(checkFeatures(new Map([['metadata.version', 25]]))).toMatchObject({ status: 'look' });
  expect(checkFeatures(new Map())).toMatchObject({ status: 'look' });
});
