import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import type { SerdeUnderTest } from '../../src/testing/contract/serde-checks.js';

const json = serdes.json<unknown>();
const like = (changes: Partial<Serde<unknown>>): Serde<unknown> => ({
  serialize: (value, topic) => json.serialize(value, topic),
  deserialize: (bytes, topic) => json.deserialize(bytes, topic),
  ...changes,
});
let count = 0;

type Broken = [check: RegExp, serde: Serde<unknown>, more?: Partial<SerdeUnderTest<unknown>>];

/** Each breaks one promise; the contract must say which. */
const BROKEN: Broken[] = [
  [/reads what it wrote, with the topic/, like({ deserialize: () => ({ a: 2 }) })],
  [
    /reads what it wrote for a store/,
    like({ deserialize: (bytes, topic, headers) => (headers === undefined ? 1 : json.deserialize(bytes, topic)) }),
  ],
  [/reads what it wrote, with the topic.*must give bytes/, like({ serialize: () => 'text' as unknown as Buffer })],
  [
    /writes the same bytes/,
    like({
      serialize: (value, topic) => Buffer.concat([json.serialize(value, topic), Buffer.alloc((count += 1) % 2, ' ')]),
    }),
  ],
  [
    /leaves the value as it was/,
    like({
      serialize(value, topic) {
        const bytes = json.serialize(value, topic);
        if (typeof value === 'object' && value !== null && 'a' in value && typeof value.a === 'number') value.a += 1;
        return bytes;
      },
    }),
  ],
  [
    /keeps nothing of the bytes/,
    like({ serialize: (value) => Buffer.from(value as Buffer), deserialize: (bytes) => bytes }),
    { values: [Buffer.of(1), Buffer.of(2)] },
  ],
  [/adds to headers in a list of its own/, like({ headersFor: () => [] })],
  [/reads from the middle/, like({ deserializeRange: (buffer) => json.deserialize(buffer, 'topic') })],
  [
    /reads from the middle.*after its bytes were overwritten/,
    like({
      serialize: (value) => Buffer.from(value as Buffer),
      deserialize: (bytes) => Buffer.from(bytes),
      deserializeRange: (buffer, start, end) => buffer.subarray(start, end),
    }),
    { values: [Buffer.of(1), Buffer.of(2)] },
  ],
  [
    /has texts whose UTF-8/,
    like({ toText: (value) => ` ${JSON.stringify(value)}`, fromText: (text) => JSON.parse(text) as unknown }),
  ],
  [/normalizes to what is read again/, like({ normalize: () => 5 })],
  [/does not take null/, like({ holdsValue: () => true })],
  [/calls immutable only/, like({ immutable: true })],
  [/refuses values/, json, { refused: [{ a: 1 }] }],
  [/refuses bytes/, json, { refusedBytes: [Buffer.from('{}')] }],
  [
    /does not take bytes that are empty for null/,
    like({ deserialize: (bytes, topic) => (bytes.length === 0 ? null : json.deserialize(bytes, topic)) }),
  ],
  [
    /answers garbage/,
    like({
      deserialize(bytes, topic) {
        try {
          return json.deserialize(bytes, topic);
        } catch {
          return undefined;
        }
      },
    }),
  ],
  [/has bytes in the order/, json, { inOrder: ['b', 'a'] }],
];

describe('serdeContract', () => {
  it.each(BROKEN.map(([check, serde, more = {}]) => ({ check, serde, more })))(
    'finds what breaks: $check',
    async ({ check, serde, more }) => {
      const values = [{ a: 1 }, { a: 5 }, [true]];
      const results = await Promise.allSettled(
        serdeContract({ serde, values, mutations: 500, ...more }).map(({ run }) => run()),
      );
      const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(check));
      expect(errors[0]).toMatchObject({ code: 'CONTRACT_BROKEN' });
    },
  );

  it('wants values', () => {
    expect(() => serdeContract({ serde: serdes.string(), values: ['a'] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
