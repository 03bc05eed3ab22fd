import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { UNREAD, UnreadValues } from '../../src/source/unread-values.js';

const REFUSED = 'refused';

function read(serde: Serde<unknown>, text: string): unknown {
  const unread = UnreadValues.of(serde);
  const bytes = Buffer.from(`[${text}]`);
  const whole = outcome(() => unread.deserialize(bytes.subarray(1, -1), 'topic'));
  const range = outcome(() => unread.deserializeRange?.(bytes, 1, bytes.length - 1, 'topic') ?? null);
  if (unread.deserializeRange !== undefined) expect(range).toEqual(whole);
  return whole;
}

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return REFUSED;
  }
}

describe.each<[string, Serde<unknown>, readonly (readonly [text: string, read: unknown])[]]>([
  [
    'JSON',
    serdes.json(),
    [
      ['{"a":1}', UNREAD],
      ['[1,2]', UNREAD],
      ['null', null],
      ['5', 5],
      ['"text"', 'text'],
      [' {"a":1}', { a: 1 }],
      ['nonsense', REFUSED],
      ['{"a":1', REFUSED],
      ['', REFUSED],
    ],
  ],
  [
    'text',
    serdes.string(),
    [
      ['', UNREAD],
      ['null', UNREAD],
    ],
  ],
  ['another encoding of text', serdes.string({ encoding: 'iso-8859-1' }), [['text', 'text']]],
])('%s', (_, serde, cases) => {
  it.each(cases)('%s', (text, expected) => {
    expect(read(serde, text)).toEqual(expected);
  });
});

it('takes nothing of its neighbours for a value that is empty', () => {
  const neighbours = Buffer.from('{}{}');
  const unread = UnreadValues.of(serdes.json());
  expect(() => unread.deserializeRange?.(neighbours, 2, 2, 'topic')).toThrow(/the bytes are not JSON/);
});

it('is the serde itself where that tells nothing', () => {
  const serde = serdes.long();
  expect(UnreadValues.of(serde)).toBe(serde);
});
