import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteRow, QuestionAnswer } from '../../src/query/question.js';
import { QUERY_FAILURES } from '../../src/query/query-error.js';
import { receivedAnswers, sentAnswers } from '../../src/query/sent-answers.js';

const bytes = fc.uint8Array({ maxLength: 20 }).map((one) => Buffer.from(one));
const time = fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER });
const header = fc.tuple(fc.string({ unit: 'binary' }), fc.option(bytes));
const row: fc.Arbitrary<ByteRow> = fc.record({
  key: bytes,
  value: bytes,
  timestamp: fc.option(time),
  headers: fc.option(fc.array<[string, Buffer | null]>(header, { maxLength: 3 })),
  start: time,
  end: fc.option(time),
});
const position = fc.dictionary(
  fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/).filter((name) => name !== '__proto__'),
  fc.dictionary(fc.nat({ max: 999_999 }).map(String), fc.maxSafeNat(), { maxKeys: 3, noNullPrototype: true }),
  { maxKeys: 3, noNullPrototype: true },
);
const answer: fc.Arbitrary<QuestionAnswer> = fc.oneof(
  fc.record({ rows: fc.array(fc.option(row), { maxLength: 5 }), more: fc.boolean(), position }),
  fc.record({ reason: fc.constantFrom(...QUERY_FAILURES), message: fc.string({ unit: 'binary' }) }),
);

it('answers come as they were sent', () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 5 }), (answers) => {
      expect(receivedAnswers(JSON.parse(sentAnswers(answers)))).toEqual(answers);
    }),
  );
});

describe('what is no answer is refused', () => {
  const good = {
    ...{ key: 'YQ==', value: '', timestamp: 1, headers: [['h', null]], start: 0, end: null },
  };
  const rows = (...all: unknown[]): unknown => ({ answers: [{ rows: all, more: false, position: {} }] });
  const positioned = (one: unknown): unknown => ({ answers: [{ rows: [], more: false, position: one }] });

  it('but not what is one, of whichever release', () => {
    expect(receivedAnswers(rows(good, null, { ...good, of: 'later' }))).toHaveLength(1);
    expect(receivedAnswers(positioned({ input: { 0: 7 } }))).toHaveLength(1);
  });

  it.each([
    [null, 'the answer is no object'],
    [[], 'the answer is no object'],
    [{}, 'its list of answers is none'],
    [{ answers: [null] }, 'an answer is no object'],
    [{ answers: [{}] }, 'the reason of an answer is none that is known'],
    [{ answers: [{ reason: 'TIRED', message: '' }] }, 'the reason of an answer is none that is known'],
    [{ answers: [{ reason: 'INVALID', message: 7 }] }, 'the message of an answer is no text'],
    [{ answers: [{ rows: {}, more: false, position: {} }] }, 'the list of rows is none'],
    [{ answers: [{ rows: [], position: {} }] }, 'whether there are more rows is neither true nor false'],
    [{ answers: [{ rows: [], more: false }] }, 'the position of an answer is no object'],
    [rows(7), 'a row is no object'],
    [rows({ ...good, key: 7 }), 'the key of a row is no text'],
    [rows({ ...good, value: null }), 'the value of a row is no text'],
    [rows({ ...good, timestamp: '1' }), 'the timestamp of a row is no number'],
    [rows({ ...good, start: null }), 'the start of a row is no number'],
    [rows({ ...good, end: undefined }), 'the end of a row is no number'],
    [rows({ ...good, headers: {} }), 'the list of headers is none'],
    [rows({ ...good, headers: [['h']] }), 'a header of a row is no pair of name and value'],
    [rows({ ...good, headers: [[1, 'YQ==']] }), 'a header of a row is no pair of name and value'],
    [rows({ ...good, headers: [['h', 1]] }), 'the value of a header is no text'],
    [positioned({ input: [] }), 'the position of a topic is no object'],
    [positioned({ input: { x: 1 } }), 'the position of an answer is not made of partitions and offsets'],
    [positioned({ input: { 0: -1 } }), 'the position of an answer is not made of partitions and offsets'],
    [positioned({ input: { 0: 1.5 } }), 'the position of an answer is not made of partitions and offsets'],
  ])('%j', (said, why) => {
    expect(() => receivedAnswers(said)).toThrow(`it answered what is no answer: ${why}`);
  });
});
