import { expect, it } from 'vitest';
import { answerLine, Lines, readAnswerLine } from '../../../src/serve/link/lines.js';

function linesOf(parts: readonly Buffer[], mostBytes = 100): { taken: string[]; within: boolean[] } {
  const taken: string[] = [];
  const lines = new Lines(mostBytes, (line) => taken.push(line));
  const within = parts.map((part) => lines.add(part));
  return { taken, within };
}

it('finds the same lines however the text comes in parts', () => {
  const text = Buffer.from('{"é":1}\n\n{"b":"ü"}\n{"c":');
  for (let first = 0; first <= text.length; first += 1) {
    for (let second = first; second <= text.length; second += 1) {
      const parts = [text.subarray(0, first), text.subarray(first, second), text.subarray(second)];
      expect(linesOf(parts).taken).toEqual(['{"é":1}', '', '{"b":"ü"}']);
    }
  }
});

it('says when the line that has begun is longer than it may be, not when a part has more', () => {
  const part = (text: string): Buffer => Buffer.from(text);
  expect(linesOf([part('a\n'.repeat(10)), part('abc'), part('d'), part('\n'), part('abcd')], 3)).toEqual({
    taken: [...Array<string>(10).fill('a'), 'abcd'],
    within: [true, true, false, true, false],
  });
});

it.each([
  { status: 200, text: '{"answers":[]}' },
  { status: 400, text: '' },
])('reads an answer of $status as it was written', (said) => {
  const { taken } = linesOf([Buffer.from(answerLine(said))]);
  expect(taken.map(readAnswerLine)).toEqual([said]);
});

it.each(['', '{"answers":[]}', '20 {}', '200{}'])('does not take %j for an answer', (line) => {
  expect(() => readAnswerLine(line)).toThrow('it answered what is no answer');
});
