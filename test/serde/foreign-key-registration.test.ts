import { describe, expect, it } from 'vitest';
import {
  hashOf,
  INSTRUCTION,
  partitionOf,
  Registration,
  registrationSerde,
} from '../../src/serde/foreign-key-registration.js';

const hash = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const key = Buffer.from('pk');
const write = (registration: Registration): string => registrationSerde.serialize(registration, 't').toString('hex');
const read = (hex: string): Registration => registrationSerde.deserialize(Buffer.from(hex, 'hex'), 't');

describe('a registration of a foreign-key join', () => {
  it('is version, instruction, fingerprint, primary key, partition', () => {
    const one = new Registration(INSTRUCTION.answerIfPresent, hash, key, 258);
    expect(write(one)).toBe('0103' + hash.toString('hex') + '706b' + '00000102');
    expect(read(write(one))).toEqual(one);
  });

  it('says in its first bit that there is no fingerprint', () => {
    const one = new Registration(INSTRUCTION.forgetAndAnswerNull, null, key, 0);
    expect(write(one)).toBe('8101706b00000000');
    expect(read(write(one))).toEqual(one);
  });

  it('is written in the old version, as it came, when that did not say the partition', () => {
    const one = read('0002' + hash.toString('hex') + '706b');
    expect(one).toEqual(new Registration(INSTRUCTION.answer, hash, key, -1));
    expect(write(one)).toBe('0002' + hash.toString('hex') + '706b');
  });

  it('can be read in part', () => {
    const bytes = registrationSerde.serialize(new Registration(INSTRUCTION.answer, hash, key, 7), 't');
    expect([hashOf(bytes), partitionOf(bytes)]).toEqual([hash, 7]);
    const deleted = registrationSerde.serialize(new Registration(INSTRUCTION.answer, null, key, -1), 't');
    expect([hashOf(deleted), partitionOf(deleted)]).toEqual([null, -1]);
  });

  it('keeps nothing of the buffer that it was read from', () => {
    const bytes = registrationSerde.serialize(new Registration(INSTRUCTION.answer, hash, key, 7), 't');
    const one = registrationSerde.deserialize(bytes, 't');
    bytes.fill(0xff);
    expect(one).toEqual(new Registration(INSTRUCTION.answer, hash, key, 7));
  });

  it.each(['', '01', '0203706b', '0104' + '00'.repeat(24), '0103' + '00'.repeat(19), '8101706b'.slice(0, 6)])(
    'is refused when it is none: %j',
    (hex) => {
      expect(() => read(hex)).toThrow(/no registration/);
    },
  );
});
