import { describe, expect, it } from 'vitest';
import { ForeignKeyAnswer, AnswerSerde, ForeignValue } from '../../src/serde/foreign-key-answer.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Serde } from '../../src/serde/serde.js';
import { withDefaultSerde } from '../../src/serde/wrapping.js';

const hash = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const serde = new AnswerSerde(serdes.string());
const write = (answer: ForeignKeyAnswer): string => serde.serialize(answer, 't').toString('hex');
const read = (hex: string): ForeignKeyAnswer => serde.deserialize(Buffer.from(hex, 'hex'), 't');

describe('an answer of a foreign-key join', () => {
  it('is version, fingerprint, value; its partition is not written', () => {
    const hex = write(new ForeignKeyAnswer(hash, new ForeignValue('ab'), 3));
    expect(hex).toBe('00' + hash.toString('hex') + '6162');
    expect(read(hex)).toEqual(new ForeignKeyAnswer(hash, new ForeignValue('ab'), -1));
  });

  it('says in its first bit that there is no fingerprint, and by nothing that there is no value', () => {
    expect(write(new ForeignKeyAnswer(null, null, 3))).toBe('80');
    expect(read('80')).toEqual(new ForeignKeyAnswer(null, null, -1));
    expect(read('00' + hash.toString('hex'))).toEqual(new ForeignKeyAnswer(hash, null, -1));
  });

  it('writes one value for many rows once', () => {
    let calls = 0;
    const counting: Serde<unknown> = {
      serialize: (value) => {
        calls += 1;
        return Buffer.from(value as string);
      },
      deserialize: (bytes) => bytes.toString(),
    };
    const value = new ForeignValue('v');
    const many = new AnswerSerde(counting);
    many.serialize(new ForeignKeyAnswer(hash, value, 0), 't');
    expect(many.serialize(new ForeignKeyAnswer(null, value, 1), 't').toString('hex')).toBe('8076');
    expect(calls).toBe(1);
  });

  it('takes the default serde of values for its own', () => {
    const resolved = withDefaultSerde(new AnswerSerde(undefined), serdes.string());
    expect(resolved?.serialize(new ForeignKeyAnswer(null, new ForeignValue('v'), 0), 't').toString('hex')).toBe('8076');
    expect(() =>
      new AnswerSerde(undefined).serialize(new ForeignKeyAnswer(null, new ForeignValue('v'), 0), 't'),
    ).toThrow(/serde of the values of its right table/);
  });

  it.each(['', '01', '00', '0000', '81'])('is refused when it is none: %j', (hex) => {
    expect(() => read(hex)).toThrow(/no answer/);
  });
});
