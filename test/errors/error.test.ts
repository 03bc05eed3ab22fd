import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';

describe('MillraceError.completed', () => {
  const place = { topic: 'in', partition: 2, offset: 7, node: 'MAP', task: '0_2' };

  it('adds the place that was not known, once', () => {
    const error = new MillraceError('PROCESSING_FAILED', 'it went wrong', { node: 'SINK' });
    const completed = error.completed(place);
    expect(completed.message).toBe('it went wrong (at in-2-7, in node SINK, of task 0_2)');
    expect(completed).toMatchObject({ code: 'PROCESSING_FAILED', topic: 'in', partition: 2, offset: 7, node: 'SINK' });
    expect(completed.cause).toBe(error);
    expect(completed.completed(place)).toBe(completed);
  });

  it('keeps the cause, and does not put the position of one topic to the name of another', () => {
    const cause = new Error('why');
    const error = new MillraceError('TOPIC_MISSING', 'gone', { topic: 'out', cause });
    const completed = error.completed(place);
    expect(completed.message).toBe('gone (at out, in node MAP, of task 0_2)');
    expect(completed.cause).toBe(cause);
  });
});

describe('a message that repeats another one', () => {
  const place = { topic: 'in', partition: 0, offset: 4, node: 'KSTREAM-MAP-0000000001' };
  const inner = new MillraceError('PROCESSING_FAILED', 'it failed', place);

  it('says the place once', () => {
    const outer = new MillraceError('PROCESSING_FAILED', `asked about: ${inner.message}`, place);
    expect(outer.message).toBe('asked about: it failed (at in-0-4, in node KSTREAM-MAP-0000000001, a map())');
    const less = { node: 'KSTREAM-MAP-0000000001', cause: inner };
    expect(new MillraceError('PROCESSING_FAILED', `init() failed: ${inner.message}`, less).message).toBe(
      'init() failed: it failed (at in-0-4, in node KSTREAM-MAP-0000000001, a map())',
    );
  });

  it('says both where they differ', () => {
    const elsewhere = { node: 'other', cause: inner };
    expect(new MillraceError('PROCESSING_FAILED', inner.message, elsewhere).message).toBe(
      `${inner.message} (in node other)`,
    );
  });
});

describe('what console.log shows', () => {
  it('is the stack, what to do, where it was, and the cause', () => {
    const cause = new Error('no such user');
    const place = { topic: 'orders', partition: 3, offset: 5, node: 'KSTREAM-MAPVALUES-0000000002', cause };
    const shown = inspect(new MillraceError('PROCESSING_FAILED', 'the mapper threw', place));
    expect(shown).toMatch(
      /^MillraceError: the mapper threw \(at orders-3-5, in node KSTREAM-MAPVALUES-0000000002, a mapValues\(\)\)\n {4}at /,
    );
    expect(shown).toContain(
      "\n  PROCESSING_FAILED: A user's function threw, or returned what it must not. See the cause;",
    );
    expect(shown).toContain('\n  topic: orders, partition: 3, offset: 5, node: KSTREAM-MAPVALUES-0000000002\n');
    expect(shown).toMatch(/\n {2}cause: Error: no such user\n/);
    expect(shown).not.toContain('undefined');
  });

  it('leaves names that somebody gave as they are', () => {
    expect(new MillraceError('PROCESSING_FAILED', 'no', { node: 'totals' }).message).toBe('no (in node totals)');
  });
});
