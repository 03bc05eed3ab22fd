import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Change } from '../../src/record/change.js';
import { Windowed } from '../../src/record/windowed.js';
import { cbor } from '../../src/serde/cbor/cbor.js';
import { ChangeSerde } from '../../src/serde/change.js';
import { messagePack } from '../../src/serde/msgpack/message-pack.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import type { SerdeUnderTest } from '../../src/testing/contract/serde-checks.js';

const TEXTS = ['', 'a', 'zoë', '\u20ac', '\ud83d\ude00 x', '\ufeffa', 'null', '"', '\0'];
const TREES: unknown[] = [
  { id: 'o-1', amount: 1.5, lines: [{ n: 1 }, { n: null }], at: '2026-01-02' },
  {},
  [],
  [[]],
  '',
  'text',
  0,
  -1,
  1e300,
  true,
  { 'a.b': { '': [false] } },
];
const LARGE = {
  small: 5,
  large: 2n ** 60n,
  negative: -(2n ** 53n),
  list: [1n << 80n, 'bigint-0:5', '9007199254740993'],
};
const DATED = { at: new Date(1_700_000_000_123), early: new Date(-1e15), text: '2023-02-30T00:00:00.000Z' };
const EVENT = { specversion: '1.0', id: '1', source: '/shop', type: 'ordered' } as const;
const EVENTS = [
  { ...EVENT, datacontenttype: 'application/json', data: { amount: 5 } },
  {
    ...EVENT,
    id: 'ü',
    subject: 's',
    time: '2026-01-01T00:00:00Z',
    dataschema: 'https://a/b',
    extensions: { traceid: 'x' },
  },
  { ...EVENT, datacontenttype: 'application/vnd.shop+json', data: [] },
  { ...EVENT, datacontenttype: 'application/octet-stream', data: { amount: 6 } },
];

function sizeOf(inner: Serde<unknown>): number {
  return 'listEntryBytes' in inner ? 1 : 0;
}

function listsOf<T>(inner: Serde<T>, values: readonly T[]): SerdeUnderTest<T[]> {
  const form = sizeOf(inner) === 1 ? '00' : '01';
  return {
    serde: serdes.list(inner),
    values: [[], [...values], [values[0] as T]],
    refused: ['ab', null, { length: 1 }, [Symbol('x')]],
    refusedBytes: ['', '02', `${form}ffffffff`, `${form}0000000000000001`].map((hex) => Buffer.from(hex, 'hex')),
  };
}

/** What is wrong for all of them is the contract's; what is wrong for one is its own test's. */
const UNDER_TEST: Record<string, SerdeUnderTest<never>> = {};

function add<T>(name: string, under: SerdeUnderTest<T>): void {
  UNDER_TEST[name] = under as unknown as SerdeUnderTest<never>;
}

add('string', {
  serde: serdes.string(),
  values: TEXTS,
  inOrder: ['', 'a', 'ab', 'b', 'é', '\uffff', '\u{10000}'],
  refused: [1, null],
});
for (const encoding of ['utf-16', 'utf-16be', 'utf-16le'] as const) {
  add(`string ${encoding}`, { serde: serdes.string({ encoding }), values: TEXTS, refused: [1, null] });
}
add('string utf-16be in order', {
  serde: serdes.string({ encoding: 'utf-16be' }),
  values: ['a', 'b'],
  inOrder: ['', 'a', 'é', '\u20ac'],
});
add('string iso-8859-1', {
  serde: serdes.string({ encoding: 'iso-8859-1' }),
  values: ['', 'a', 'zoë'],
  inOrder: ['', 'a', 'z', 'é', 'ÿ'],
});
add('string us-ascii', {
  serde: serdes.string({ encoding: 'us-ascii' }),
  values: ['', 'a', '?'],
  inOrder: ['', 'a', 'z'],
});
add('json', { serde: serdes.json<unknown>(), values: TREES, refused: [undefined, () => 1, 1n] });
add('json with bigints', {
  serde: serdes.json<unknown>({ bigints: true }),
  values: [...TREES, LARGE, 2n ** 70n],
  refused: [undefined],
});
add('json with dates', { serde: serdes.json<unknown>({ dates: true }), values: [...TREES, DATED, new Date(0)] });
add('json with both', { serde: serdes.json<unknown>({ bigints: true, dates: true }), values: [LARGE, DATED] });
const order = z.object({ id: z.string(), at: z.coerce.date() });
add('json by a schema', {
  serde: serdes.json(order, { checkWrites: true }),
  values: [1, 2].map((n) => ({ id: String(n), at: new Date(n) })),
  refused: [{ id: 5 }, null],
  refusedBytes: [Buffer.from('{"id":"a"}'), Buffer.from('null')],
});
add('a validated serde', {
  serde: serdes.validated(messagePack(), z.object({ n: z.number() })),
  values: [{ n: 1 }, { n: 1.5 }],
});
add('double', {
  serde: serdes.double(),
  values: [0, -0, 1.5, NaN, Infinity],
  refused: ['1'],
  inOrder: [0, 1, 2, 1e300, Infinity],
});
add('float', { serde: serdes.float(), values: [0, 1.5, -2], refused: ['1'], inOrder: [0, 0.5, 1, 2] });
add('int', {
  serde: serdes.int(),
  values: [0, -1, 2 ** 31 - 1],
  refused: [1.5, 2 ** 31],
  inOrder: [0, 1, 255, 256, 2 ** 31 - 1],
});
add('short', {
  serde: serdes.short(),
  values: [0, -1, 2 ** 15 - 1],
  refused: [1.5, 2 ** 15],
  inOrder: [0, 1, 255, 256],
});
add('long', {
  serde: serdes.long(),
  values: [0, -1, 2 ** 53 - 1],
  refused: [1.5, 2 ** 53],
  inOrder: [0, 1, 2 ** 32, 2 ** 53 - 1],
});
add('bigint', {
  serde: serdes.bigint(),
  values: [0n, -1n, 2n ** 63n - 1n],
  refused: [1, 2n ** 63n],
  inOrder: [0n, 1n, 2n ** 40n],
});
add('boolean', {
  serde: serdes.boolean(),
  values: [true, false],
  refused: [1, null],
  inOrder: [false, true],
  refusedBytes: [Buffer.of(2)],
});
add('bytes', {
  serde: serdes.bytes(),
  values: [Buffer.alloc(0), Buffer.of(1, 255)],
  refused: ['a'],
  inOrder: [Buffer.alloc(0), Buffer.of(1), Buffer.of(1, 0), Buffer.of(255)],
});
const ID = '00112233-4455-6677-8899-aabbccddeeff';
add('uuid', {
  serde: serdes.uuid(),
  values: [ID, ID.replace('0', '1')],
  refused: ['x', 1],
  inOrder: [ID, ID.replace('0', '1')],
});
add('list of strings', listsOf(serdes.string(), ['a', '', 'zoë']));
add('list of optional strings', listsOf(serdes.optional(serdes.string()), ['a', null, '', null]));
add('list of ints', listsOf(serdes.int(), [1, -1, 3]));
add('list of optional ints', listsOf(serdes.optional(serdes.int()), [null, 1, null, -1]));
add('list of uuids', listsOf(serdes.uuid(), [ID, ID]));
add('list of lists', listsOf(serdes.list(serdes.long()), [[], [1, 2]]));
add('list of booleans', listsOf(serdes.boolean(), [true, false]));
add('optional', {
  serde: serdes.optional(serdes.string()),
  values: ['', 'a', null],
  refused: [1],
  refusedBytes: ['', '02', '0000'].map((hex) => Buffer.from(hex, 'hex')),
  inOrder: [null, '', 'a', 'b'],
});
add('optional bytes', { serde: serdes.optional(serdes.bytes()), values: [Buffer.alloc(0), null, Buffer.of(0)] });
for (const mode of ['binary', 'structured'] as const) {
  add(`cloudEvents ${mode}`, {
    serde: serdes.cloudEvents({ data: serdes.json<unknown>(), mode }),
    values: EVENTS,
    refused: [null, 5, {}, { ...EVENT, id: '' }, { ...EVENT, time: 5 }, { ...EVENT, extensions: { Upper: 'x' } }],
    refusedBytes: ['', '{}', 'x', '[]', '{"specversion":"1.0","id":"1","source":"s"}'].map((text) => Buffer.from(text)),
  });
}
const PACKED: unknown[] = [
  ...TREES,
  new Date(1_700_000_000_123),
  2n ** 60n,
  { b: new Uint8Array([1, 2]) },
  2 ** 53 - 1,
];
add('messagePack', { serde: messagePack<unknown>(), values: PACKED, refused: [undefined, () => 1] });
add('cbor', {
  serde: cbor<unknown>(),
  values: [...PACKED, new Map<unknown, unknown>([[1, 'a']]), 2n ** 90n, { u: undefined }, -0],
  refused: [undefined, () => 1],
  refusedBytes: ['', 'f7', '01ff', 'ff'].map((hex) => Buffer.from(hex, 'hex')),
});
add('timeWindowed', {
  serde: serdes.timeWindowed(serdes.string(), 10),
  values: [new Windowed('a', 0, 10), new Windowed('', 20, 30)],
  inOrder: [new Windowed('a', 0, 10), new Windowed('a', 10, 20), new Windowed('b', 0, 10)],
});
add('unlimitedWindowed', {
  serde: serdes.unlimitedWindowed(serdes.string()),
  values: [new Windowed('a', 0, Infinity), new Windowed('', 20, Infinity)],
});
add('sessionWindowed', {
  serde: serdes.sessionWindowed(serdes.string()),
  values: [new Windowed('a', 0, 0), new Windowed('', 5, 9)],
});
add('change', {
  serde: new ChangeSerde(serdes.string()),
  values: [new Change('a', null), new Change(null, 'b'), new Change('', 'a')],
});

it('has each of the serdes that there are', () => {
  const under = Object.keys(UNDER_TEST).join(', ');
  const missing = Object.keys(serdes).filter((name) => !under.includes(name === 'validated' ? 'a validated' : name));
  expect(missing).toEqual([]);
});

describe.each(Object.entries(UNDER_TEST))('%s', (_, under) => {
  for (const { name, run } of serdeContract(under)) it(name, { timeout: 60_000 }, run);
});
