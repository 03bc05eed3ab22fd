import { describe, expect, it } from 'vitest';
import {
  durationOption,
  group,
  objectCheck,
  plain,
  readAs,
  readTable,
  required,
  wholeNumber,
} from '../../src/config/option.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { z } from 'zod';

const ALL: KafkaStreamsOptions = { applicationId: 'app', kafka: { brokers: ['localhost:9092'] } };

const table = {
  id: required(z.string()),
  wait: durationOption('2s', { also: -1 }),
  longer: durationOption(({ applicationId }) => applicationId.length, { least: 1 }),
  size: wholeNumber(1, 7),
  name: plain(z.string(), null),
  flag: readAs(z.boolean(), (given) => (given === true ? 'yes' : 'no')),
  inner: group({ wait: durationOption('1m') }),
};

describe('readTable', () => {
  it('fills in defaults, those that depend on others too', () => {
    expect(readTable(table, { id: 'a' }, ALL)).toEqual({
      id: 'a',
      waitMs: 2_000,
      longerMs: 3,
      size: 7,
      name: null,
      flag: 'no',
      inner: { waitMs: 60_000 },
    });
  });

  it('reads what is given, a number with a meaning of its own as it is', () => {
    const given = { id: 'a', wait: -1, longer: '1s', size: 1, name: 'n', flag: true, inner: { wait: '5ms' } };
    expect(readTable(table, given, ALL)).toMatchObject({
      waitMs: -1,
      longerMs: 1_000,
      size: 1,
      name: 'n',
      flag: 'yes',
      inner: { waitMs: 5 },
    });
  });
});

describe('objectCheck', () => {
  const problems = (given: object): string[] =>
    (objectCheck(table).safeParse(given).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')} ${message}`,
    );

  it('lets all but what is required be left out or be undefined', () => {
    expect(problems({ id: 'a', wait: undefined, inner: undefined })).toEqual([]);
    expect(problems({})).toEqual([expect.stringMatching(/^id /)]);
  });

  it('refuses what the table does not have, and what is too small', () => {
    expect(problems({ id: 'a', other: 1 })).toHaveLength(1);
    expect(problems({ id: 'a', wait: -1, longer: 0, size: 0, inner: { wait: -1 } })).toEqual([
      'longer must be at least 1 ms',
      'size must be at least 1',
      expect.stringMatching(/^inner\.wait must be a whole number of milliseconds/),
    ]);
  });
});
