import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withoutValue, type SchemaIssue } from '../../src/serde/schema-message.js';
import type { StandardSchema } from '../../src/serde/standard-schema.js';

function told(schema: StandardSchema<unknown>, value: unknown): string {
  const verdict = schema['~standard'].validate(value);
  if (verdict instanceof Promise || verdict.issues === undefined) throw new Error('it takes the value');
  return verdict.issues.map((issue) => withoutValue(issue, value)).join('; ');
}

const SECRET = 'se"cr\\et\n';
const ARK = type({ id: 'string<5', n: 'number<10', mail: 'string.email' });
const VALI = v.object({
  id: v.pipe(v.string(), v.maxLength(3)),
  n: v.pipe(v.number(), v.maxValue(10)),
  mail: v.pipe(v.string(), v.email()),
});

describe('withoutValue', () => {
  it.each<[string, StandardSchema<unknown>, unknown, string]>([
    [
      'arktype',
      ARK,
      { id: SECRET, n: 10, mail: SECRET },
      'id must be at most length 4 (was 9); mail must be an email address (was a text of 9 characters); n must be less than 10 (was a number)',
    ],
    ['arktype, another type', ARK, { id: 'a', n: SECRET, mail: 5 }, 'must be a string (was a number)'],
    ['arktype, a bigint', type('string'), 777_123n, 'must be a string (was a bigint)'],
    ['arktype, several things', type('string>10 & /^a/'), SECRET, '(a text of 9 characters) must be...'],
    [
      'arktype, an object',
      type({ a: 'unknown' }).narrow((_, context) => context.mustBe('fine')),
      { a: SECRET, n: 777_123 },
      'must be fine (was an object)',
    ],
    [
      'valibot',
      VALI,
      { id: SECRET, n: 777_123.5, mail: SECRET },
      'Invalid length: Expected <=3 but received 9; Invalid value: Expected <=10 but received a number; Invalid email: Received a text of 9 characters',
    ],
    ['valibot, another type', VALI, SECRET, 'Invalid type: Expected Object but received a text of 9 characters'],
    ['valibot, a word of its own', v.number(), 'number', 'Expected number but received a text of 6 characters'],
    [
      'valibot, what it made of the value',
      v.pipe(v.string(), v.trim(), v.email()),
      SECRET,
      'Invalid email: Received a text of 8 characters',
    ],
    ['zod', z.object({ n: z.number() }), { n: SECRET }, 'Invalid input: expected number, received string'],
  ])('leaves the rest of what is said by %s', (_, schema, value, message) => {
    expect(told(schema, value)).toContain(message);
  });

  it.each<[SchemaIssue, unknown, string]>([
    [{ message: "'secret' is too short" }, 'secret', 'a text of 6 characters is too short'],
    [{ message: 'secret is too short' }, 'secret', 'a text of 6 characters is too short'],
    [{ message: 'secretly too short' }, 'secret', 'secretly too short'],
    [{ message: '-7 is less than 0', path: ['a', { key: 1 }] }, { a: [0, -7] }, 'a number is less than 0'],
    [{ message: '17 is more than 7' }, 7, '17 is more than a number'],
    [{ message: 'not {"a":"secret"}' }, { a: 'secret' }, 'not an object'],
    [{ message: 'one is "secret"' }, { a: [{ b: 'secret' }] }, 'one is an object'],
    [{ message: 'missing', path: ['a', 'b'] }, { a: null }, 'missing'],
    [{ message: 'empty' }, '', 'empty'],
    [{ message: 'of "secret"', path: ['k'] }, new Map([['k', 'secret']]), 'of a text of 6 characters'],
  ])('finds the value in the message of any library: %j', (issue, root, message) => {
    expect(withoutValue(issue, root)).toBe(message);
  });
});
