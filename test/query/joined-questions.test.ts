import { describe, expect, it } from 'vitest';
import { joinQuestions, type AskedQuestion } from '../../src/query/joined-questions.js';
import { MOST_KEYS, questionsSchema, type Question, type QuestionAnswer } from '../../src/query/question.js';

const { from } = Buffer;

class Asking implements AskedQuestion {
  readonly answers: QuestionAnswer[] = [];
  readonly alone = false;
  readonly question: Question;

  constructor(keys: readonly string[], rest: Partial<Question> = {}) {
    const asked = { kind: 'keys' as const, keys: keys.map((key) => from(key)) };
    this.question = { store: 'counts', task: '0_1', isolation: 'latest', atLeast: {}, asked, ...rest };
  }

  readonly answered = (answer: QuestionAnswer): void => {
    this.answers.push(answer);
  };
}

const row = (key: string) => ({
  ...{ key: from(key), value: from(key), timestamp: 1, headers: null, start: 0, end: null },
});
const POSITION = { input: { 1: 7 } };

/** As the other instance reads it. */
function sent(all: readonly AskedQuestion[]): Question[] {
  const texts = joinQuestions(all).map(({ text }) => text);
  return questionsSchema.parse(JSON.parse(`{"questions":[${texts.join(',')}]}`)).questions;
}

describe('questions on their way together', () => {
  it('are one where they differ in nothing but their keys, and each gets its rows and the position', () => {
    const [one, two, three] = [new Asking(['a']), new Asking(['b', 'c']), new Asking(['d'])];
    const [joined, ...others] = joinQuestions([one, two, three]);
    expect(others).toEqual([]);
    expect(sent([one, two, three])).toEqual([new Asking(['a', 'b', 'c', 'd']).question]);

    const rows = [row('a'), null, row('c'), row('d')];
    expect(joined?.answer({ rows, more: false, position: POSITION })).toEqual([]);
    expect(one.answers).toEqual([{ rows: [row('a')], more: false, position: POSITION }]);
    expect(two.answers).toEqual([{ rows: [null, row('c')], more: false, position: POSITION }]);
    expect(three.answers).toEqual([{ rows: [row('d')], more: false, position: POSITION }]);
  });

  it.each<[string, Partial<Question>]>([
    ['store', { store: 'sums' }],
    ['task', { task: '0_2' }],
    ['isolation', { isolation: 'readCommitted' }],
    ['bound', { atLeast: POSITION }],
    ['kind', { asked: { kind: 'window', key: from('a'), start: 0 } }],
  ])('stay apart where they differ in their %s', (_, rest) => {
    const all = [new Asking(['a']), new Asking(['b'], rest)];
    expect(sent(all)).toEqual(all.map(({ question }) => question));
  });

  it('have no more keys than one question may have', () => {
    const many = Array.from({ length: MOST_KEYS - 1 }, (_, n) => `k${String(n)}`);
    const all = [new Asking(many), new Asking(['a', 'b']), new Asking(['c'])];
    expect(sent(all).map(({ asked }) => (asked.kind === 'keys' ? asked.keys.length : 0))).toEqual([MOST_KEYS - 1, 3]);
  });

  it('share a failure of the part of the store', () => {
    const all = [new Asking(['a']), new Asking(['b'])];
    const failure = { reason: 'NOT_PRESENT', message: 'it is elsewhere' } as const;
    expect(joinQuestions(all)[0]?.answer(failure)).toEqual([]);
    expect(all.map(({ answers }) => answers)).toEqual([[failure], [failure]]);
  });

  it.each(['INVALID', 'STORE_EXCEPTION'] as const)(
    'are asked again alone after %s, which one key may bring about',
    (reason) => {
      const all = [new Asking(['a']), new Asking(['b'])];
      const again = joinQuestions(all)[0]?.answer({ reason, message: 'of one of them' }) ?? [];
      expect(all.map(({ answers }) => answers)).toEqual([[], []]);
      expect(sent(again)).toEqual(all.map(({ question }) => question));
      const failure = { reason, message: 'of this one' };
      expect(joinQuestions(again)[0]?.answer(failure)).toEqual([]);
      expect(all.map(({ answers }) => answers)).toEqual([[failure], []]);
    },
  );
});
