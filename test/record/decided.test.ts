import { describe, expect, it } from 'vitest';
import { decided } from '../../src/record/decided.js';
import { MillraceError } from '../../src/errors/error.js';

const error = new MillraceError('DESERIALIZATION_FAILED', 'it is bad', { topic: 'in', partition: 0, offset: 3 });

describe('decided', () => {
  it.each(['fail', 'continue'] as const)('takes %s', (decision) => {
    expect(decided(() => decision, error, {}, 'handler')).toEqual({ then: decision, deadLetters: [] });
  });

  it('takes a dead letter for going on with the standard one', () => {
    expect(decided(() => 'deadLetter', error, {}, 'handler')).toEqual({ then: 'continue', deadLetters: 'standard' });
  });

  it('takes retry only where it can be done', () => {
    expect(decided(() => 'retry', error, {}, 'handler', true)).toMatchObject({ then: 'retry' });
    expect(() => decided(() => 'retry', error, {}, 'handler', false)).toThrow(
      'handler returned retry, but this record cannot be tried again',
    );
    expect(() => decided(() => 'retry', error, {}, 'handler')).toThrow('must return fail, continue, deadLetter or');
  });

  it('takes dead letters of the handler, as bytes of our own', () => {
    const letter = { topic: 'dead', value: new Uint8Array([1]), headers: [['a', new Uint8Array([2])] as const] };
    const answer = decided(() => ({ then: 'continue', deadLetters: [letter] }), error, {}, 'handler');
    expect(answer).toEqual({
      then: 'continue',
      deadLetters: [
        { topic: 'dead', key: null, value: Buffer.from([1]), headers: [['a', Buffer.from([2])]], timestamp: null },
      ],
    });
  });

  it.each<[string, unknown, string]>([
    ['no topic', {}, 'it needs the name of a topic'],
    [
      'a text for a value',
      { topic: 'dead', value: 'text' },
      'its value must be bytes or null, not a text of 4 characters',
    ],
    ['a time before all', { topic: 'dead', timestamp: -2 }, 'its timestamp must be a whole number of ms, not'],
    ['headers that are none', { topic: 'dead', headers: { a: 1 } }, 'headers must be a list of pairs'],
  ])('refuses a dead letter with %s', (_, letter, message) => {
    const handler = (): never => ({ then: 'continue', deadLetters: [letter] }) as never;
    expect(() => decided(handler, error, {}, 'handler')).toThrow(message);
  });

  it.each<[string, () => unknown, string]>([
    [
      'nothing',
      () => undefined,
      'handler must return fail, continue, deadLetter or { then, deadLetters }, not undefined',
    ],
    [
      'another word',
      () => 'skip',
      'handler must return fail, continue, deadLetter or { then, deadLetters }, not a text of 4 characters',
    ],
    [
      'a promise',
      () => Promise.reject(new Error('late')),
      'handler must return fail, continue, deadLetter or { then, deadLetters }, not a Promise',
    ],
  ])('refuses %s, with the place of what it was asked about', (_, given, message) => {
    const handler = given as () => 'fail';
    expect(() => decided(handler, error, {}, 'handler')).toThrow(message);
    expect(() => decided(handler, error, {}, 'handler')).toThrow('it is bad (at in-0-3)');
  });

  it('places what the handler throws', () => {
    const handler = (): never => {
      throw new Error('broken');
    };
    expect(() => decided(handler, error, {}, 'handler')).toThrow(
      expect.objectContaining({ code: 'PROCESSING_FAILED', topic: 'in', offset: 3 }) as Error,
    );
  });
});
