import { describe, expect, it } from 'vitest';
import { isChosen, letterOf, ownHeaders } from '../../../src/cli/dlq/letter.js';
import { groupsText, LetterGroups } from '../../../src/cli/dlq/letter-groups.js';
import { textHeader } from '../../../src/record/headers.js';

function record(offset: number, headers: Readonly<Record<string, string>>) {
  const list = Object.entries(headers).map(([name, text]) => textHeader(name, text));
  return { topic: 'dead', partition: 1, offset, timestamp: 1_000 * offset, key: null, value: null, headers: list };
}

const full = record(3, {
  trace: 'id-7',
  '__streams.errors.exception': 'TypeError',
  '__streams.errors.message': 'no price',
  '__streams.errors.topic': 'orders',
  '__streams.errors.partition': '2',
  '__streams.errors.offset': '40',
  'millrace.errors.node': 'prices',
  'millrace.errors.task': '0_2',
});

describe('a dead letter', () => {
  it('is told by its headers', () => {
    expect(letterOf(full)).toMatchObject({
      reason: 'TypeError',
      node: 'prices',
      topic: 'orders',
      sourcePartition: 2,
      sourceOffset: 40,
      target: null,
    });
    expect(ownHeaders(full.headers)).toEqual([textHeader('trace', 'id-7')]);
  });

  it('of somebody else tells what it has', () => {
    expect(letterOf(record(0, { '__streams.errors.partition': 'x' }))).toMatchObject({
      reason: 'unknown',
      node: null,
      topic: null,
      sourcePartition: null,
    });
  });

  it('is chosen by what is said of it', () => {
    const letter = letterOf(full);
    expect(isChosen(letter, {})).toBe(true);
    expect(isChosen(letter, { reason: 'TypeError', node: 'prices', source: 'orders', at: ['0-1', '1-3'] })).toBe(true);
    expect(isChosen(letter, { reason: 'RangeError' })).toBe(false);
    expect(isChosen(letter, { node: 'other' })).toBe(false);
    expect(isChosen(letter, { source: 'other' })).toBe(false);
    expect(isChosen(letter, { at: ['1-4'] })).toBe(false);
  });
});

it('letters are counted by what went wrong and where', () => {
  const groups = new LetterGroups();
  for (const one of [full, record(5, {}), { ...full, offset: 9, timestamp: 500 }]) groups.add(letterOf(one));
  expect(groups.all()).toMatchObject([
    { reason: 'TypeError', node: 'prices', topic: 'orders', count: 2, earliest: 500, latest: 3_000, last: '1-3' },
    { reason: 'unknown', count: 1, last: '1-5' },
  ]);
  expect(groupsText('dead', groups.all(), 12)).toMatch(
    /\n3 dead letters, and 12 older ones were not looked at \(--limit\)\n$/,
  );
  expect(groupsText('dead', [], 0)).toBe('dead has no dead letters.\n');
});
