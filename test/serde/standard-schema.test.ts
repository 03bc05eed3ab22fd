import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StandardSchema } from '../../src/serde/standard-schema.js';
import { unreadable, unwritable } from './bytes-of.js';

interface Order {
  id: string;
  lines: { price: number }[];
}

const SCHEMAS: Readonly<Record<string, StandardSchema<Order>>> = {
  zod: z.object({ id: z.string(), lines: z.array(z.object({ price: z.number() })) }),
  valibot: v.object({ id: v.string(), lines: v.array(v.object({ price: v.number() })) }),
  arktype: type({ id: 'string', lines: type({ price: 'number' }).array() }),
};
const GOOD: Order = { id: 'o-1', lines: [{ price: 1 }] };
const BAD = { id: 'o-1', lines: [{ price: 1 }, { price: 'x' }] };

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

describe.each(Object.entries(SCHEMAS))('serdes.json with a schema of %s', (_, schema) => {
  it('reads what the schema accepts', () => {
    expect(serdes.json(schema).deserialize(bytesOf(GOOD), 'topic')).toEqual(GOOD);
  });

  it('names the field and the reason of what it refuses', () => {
    const bytes = bytesOf(BAD);
    const refused = unreadable(/^the schema refuses the value: lines\[1\]\.price: .*number/);
    expect(() => serdes.json(schema).deserialize(bytes, 'topic')).toThrow(refused);
    expect(() => serdes.json(schema).deserializeRange?.(bytes, 0, bytes.length, 'topic')).toThrow(refused);
    expect(() => serdes.json(schema).fromText?.(bytes.toString())).toThrow(refused);
  });

  it('looks at what is written when it is told to', () => {
    expect(serdes.json(schema).serialize(BAD as unknown as Order, 'topic')).toEqual(bytesOf(BAD));
    const checking = serdes.json(schema, { checkWrites: true });
    expect(checking.serialize(GOOD, 'topic')).toEqual(bytesOf(GOOD));
    expect(() => checking.serialize(BAD as unknown as Order, 'topic')).toThrow(unwritable(/lines\[1\]\.price/));
    expect(() => checking.toText?.(BAD as unknown as Order)).toThrow(unwritable(/lines\[1\]\.price/));
  });
});

describe('a schema', () => {
  it('gives its type to the serde, after what it makes of values', () => {
    const order = z.object({ at: z.coerce.date(), note: z.string().default('') });
    const serde = serdes.json(order, { checkWrites: true });
    expectTypeOf(serde).toEqualTypeOf<Serde<{ at: Date; note: string }>>();
    expectTypeOf(serdes.json<Order>()).toEqualTypeOf<Serde<Order>>();
    expectTypeOf(serdes.json(type({ id: 'string' }))).toEqualTypeOf<Serde<{ id: string }>>();
    expectTypeOf(serdes.json(v.object({ id: v.string() }))).toEqualTypeOf<Serde<{ id: string }>>();
    const bytes = serde.serialize({ at: new Date(5), note: 'n' }, 'topic');
    expect(serde.deserialize(bytes, 'topic')).toEqual({ at: new Date(5), note: 'n' });
    expect(serde.deserialize(Buffer.from('{"at":7}'), 'topic')).toEqual({ at: new Date(7), note: '' });
  });

  it('goes with the options of JSON', () => {
    const serde = serdes.json(z.object({ n: z.bigint() }), { bigints: true });
    expect(serde.deserialize(Buffer.from('{"n":18446744073709551616}'), 'topic')).toEqual({ n: 2n ** 64n });
  });

  it('tells the first of many mistakes, and how many there are', () => {
    const fields = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string() });
    expect(() => serdes.json(fields).deserialize(Buffer.from('{}'), 'topic')).toThrow(
      unreadable(/a: .*; b: .*; c: [^;]*; and 2 more$/),
    );
    expect(() => serdes.json(z.string()).deserialize(Buffer.from('5'), 'topic')).toThrow(
      unreadable(/^the schema refuses the value: Invalid input/),
    );
  });

  it('must not be asynchronous, and may fail', () => {
    const later = z.string().refine(() => Promise.resolve(true));
    const standard = { version: 1, vendor: 'test' } as const;
    const promise: StandardSchema<string> = {
      '~standard': { ...standard, validate: () => Promise.reject(new Error('later')) },
    };
    for (const schema of [later, promise]) {
      expect(() => serdes.json(schema).deserialize(Buffer.from('"a"'), 'topic')).toThrow(
        expect.objectContaining({ code: 'PROCESSING_FAILED', message: expect.stringMatching(/promise/) as string }),
      );
    }
    const failing: StandardSchema<string> = {
      '~standard': {
        ...standard,
        validate: () => {
          throw new Error('no disk');
        },
      },
    };
    expect(() => serdes.json(failing).deserialize(Buffer.from('"a"'), 'topic')).toThrow(
      unreadable(/the schema failed: no disk/),
    );
  });
});

describe('serdes.validated', () => {
  it('holds any serde to a schema, and leaves its bytes and partitions alone', () => {
    const short = serdes.validated(serdes.string(), z.string().max(2));
    expect(short.serialize('abc', 'topic')).toEqual(Buffer.from('abc'));
    expect(() => short.deserialize(Buffer.from('abc'), 'topic')).toThrow(unreadable(/schema refuses/));
    const windowed = serdes.validated(serdes.timeWindowed(serdes.string(), 10), z.any());
    expect(windowed.partitionBytes?.(Buffer.from('a12345678')).toString()).toBe('a');
  });
});
