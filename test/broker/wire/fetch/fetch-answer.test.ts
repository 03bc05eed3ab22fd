import { expect, it } from 'vitest';
import { FetchAnswer } from '../../../../src/broker/wire/fetch/fetch-answer.js';

function answerWith(): { readonly answer: FetchAnswer; readonly reused: Buffer[]; readonly body: Buffer } {
  const reused: Buffer[] = [];
  const body = Buffer.from('answer');
  return { answer: new FetchAnswer(body, { reuse: (given) => reused.push(given) }), reused, body };
}

it('is given back when the last one is done with it, whoever that is', () => {
  const { answer, reused, body } = answerWith();
  const [one, other] = [answer.keep(), answer.keep()];
  other();
  answer.done();
  expect(reused).toEqual([]);
  one();
  expect(reused).toEqual([body]);
});

it('is given back when it was read and nobody keeps a part of it', () => {
  const { answer, reused, body } = answerWith();
  answer.keep()();
  expect(reused).toEqual([]);
  answer.done();
  expect(reused).toEqual([body]);
});

it('counts each that keeps it once, however often it says that it is done', () => {
  const { answer, reused } = answerWith();
  const [one] = [answer.keep(), answer.keep()];
  one();
  one();
  answer.done();
  expect(reused).toEqual([]);
});

it('is left alone where nothing is used again', () => {
  expect(() => {
    new FetchAnswer(Buffer.alloc(1), {}).done();
  }).not.toThrow();
});
