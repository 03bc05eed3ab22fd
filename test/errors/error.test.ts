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
