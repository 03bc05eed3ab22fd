import { expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry, type AvroSerdeOptions } from '../../src/registry/schema-registry.js';
import { unwritable } from '../serde/bytes-of.js';

const LINE = { type: 'record', name: 'Line', fields: [{ name: 'price', type: 'int' }] };

function refusal(type: unknown, value: unknown, message: RegExp, options: AvroSerdeOptions = {}): void {
  const schema = { type: 'record', name: 'R', fields: [{ name: 'a', type }] };
  const serde = schemaRegistry({ client: inMemoryRegistry() }).avro<unknown>({ schema, ...options });
  expect(() => serde.serialize({ a: value }, 't')).toThrow(unwritable(message));
}

it.each([
  ['int', 1.5, /^a value does not fit its schema: a: a number with a fraction is not int$/],
  ['int', 2 ** 31, /: a: a number above 2147483647 is not int$/],
  [['null', 'long'], -(2 ** 60), /: a: a number below -9007199254740991 is not null or long$/],
  ['int', undefined, /: a: undefined is not int$/],
  ['string', 5n, /: a: a bigint is not string$/],
  ['double', 5n, /: a: a bigint is not double$/],
  ['bytes', 'hello', /: a: a text of 5 characters is not a Buffer, for bytes$/],
  [['null', LINE], 5, /: a: a number is not null or record Line$/],
  [LINE, 'x', /: a: a text of 1 character is not record Line$/],
  [
    { type: 'array', items: LINE },
    [{ price: 1 }, { price: 'x' }],
    /: a\[1\]\.price: a text of 1 character is not int$/,
  ],
  [{ type: 'map', values: LINE }, { k: { price: null } }, /: a\[a text of 1 character\]\.price: null is not int$/],
  [{ type: 'map', values: 'int' }, new Map([['k', 1]]), /: a: a Map is not an object, for map$/],
  [{ type: 'enum', name: 'E', symbols: ['X', 'Y'] }, 'Z', /: a: a text of 1 character is not one of X, Y$/],
  [{ type: 'fixed', name: 'F', size: 2 }, Buffer.of(1), /: a: a Buffer is not a Buffer of 2 bytes$/],
  [{ type: 'long', logicalType: 'timestamp-millis' }, 5, /: a: a number is not a Date, for timestamp-millis$/],
])('names the part of a value that is no %j, and what it is', (type, value, message) => {
  refusal(type, value, message, { dates: true });
});

it('says the same of a value that is wrong as a whole', () => {
  const serde = schemaRegistry({ client: inMemoryRegistry() }).avro<unknown>({ schema: LINE });
  expect(() => serde.serialize('x', 't')).toThrow(unwritable(/its schema: a text of 1 character is not record Line$/));
});
