import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { guessFormat, type GuessedFormat } from '../../../src/cli/topic/guess-format.js';
import { serdes } from '../../../src/serde/serdes.js';
import { messagePack } from '../../../src/serde/msgpack/message-pack.js';
import { avroMessage, protobufMessage } from './messages.js';

const msgpack = messagePack<unknown>();
const read = (bytes: Buffer): unknown => msgpack.deserialize(bytes, '');

const windowed = (key: string, start: number): Buffer => {
  const time = Buffer.alloc(8);
  time.writeBigInt64BE(BigInt(start));
  return Buffer.concat([Buffer.from(key), time]);
};
const long = (value: number): Buffer => serdes.long().serialize(value, 't');
const int = (value: number): Buffer => serdes.int().serialize(value, 't');
const double = (value: number): Buffer => serdes.double().serialize(value, 't');
const json = (id: number): Buffer => Buffer.concat([Buffer.of(0, 0, 0, 0, id), Buffer.from('{"a":1}')]);

const CASES: readonly (readonly [GuessedFormat, readonly (Buffer | null)[]])[] = [
  ['nothing', [null, null]],
  ['nothing', []],
  ['string', [Buffer.alloc(0), null]],
  ['JSON', [Buffer.from('{"a":1}'), Buffer.from('[1]'), Buffer.from('7'), null]],
  ['string', [Buffer.from('17'), Buffer.from('18')]],
  ['string', [Buffer.from('Grüße'), Buffer.from('two\nlines')]],
  ['string', [Buffer.from('{not json')]],
  ['string', [Buffer.from('eightlet')]],
  ['long', [long(0), long(5), long(-1), long(1_764_000_000_000)]],
  ['long', [long(2 ** 52)]],
  ['double', [double(0.5), double(-12_345.678), double(0)]],
  ['int', [int(1), int(-70_000)]],
  ['windowed string', [windowed('ann', Date.UTC(2026, 1)), windowed('b', Date.UTC(2026, 2))]],
  ['MessagePack', [Buffer.from(encode({ a: 1, text: 'ü' })), Buffer.from(encode([1, 2]))]],
  ['JSON Schema', [json(1), json(2)]],
  ['Avro', [avroMessage(7, 'a longer name', 3)]],
  ['Avro or Protobuf', [protobufMessage(7, 'ann')]],
  ['bytes', [Buffer.of(0xff, 0xfe, 0x00), Buffer.of(0xff)]],
  // One that does not fit is enough.
  ['bytes', [Buffer.from('{"a":1}'), Buffer.of(0xff, 0x00, 0x01)]],
];

describe('the format of bytes', () => {
  it.each(CASES)('is %s', (format, samples) => {
    expect(guessFormat(samples, read)).toBe(format);
  });

  it('is bytes where the package for MessagePack is not installed', () => {
    expect(guessFormat([Buffer.from(encode({ a: 1, n: 2.5 }))], null)).toBe('bytes');
  });
});
