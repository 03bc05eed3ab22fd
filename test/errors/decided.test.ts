import { describe, expect, it } from 'vitest';
import { decided } from '../../src/errors/decided.js';
import { MillraceError } from '../../src/errors/error.js';

const error = new MillraceError('DESERIALIZATION_FAILED', 'it is bad', { topic: 'in', partition: 0, offset: 3 });

describe('decided', () => {
  it.each(['fail', 'continue'] as const)('takes %s', (decision) => {
    expect(decided(() => decision, error, {}, 'handler')).toBe(decision);
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'handler must return fail or continue, not undefined'],
    ['another word', () => 'skip', 'handler must return fail or continue, not text "skip"'],
    ['a promise', () => Promise.reject(new Error('late')), 'handler must return fail or continue, not a Promise'],
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
