import { expect, it } from 'vitest';
import { counted, shownText, textTable, timeText } from '../../src/cli/text-table.js';

it('writes texts from the left and numbers to the right', () => {
  const rows = [
    ['a', 1, 'x'],
    ['long', 12_000, ''],
  ];
  expect(textTable(['NAME', 'COUNT', 'WHY'], rows, ['NAME', 'WHY'])).toBe(
    'NAME  COUNT  WHY\na         1  x\nlong  12000\n',
  );
});

it('shows what would steer a terminal', () => {
  expect(shownText('a\u001b[31mred\nnext\u202eback\u009b')).toBe('a\\u001b[31mred\\nnext\\u202eback\\u009b');
  expect(shownText('ünï "quoted" \\')).toBe('ünï "quoted" \\');
  expect(shownText('abcdef', 4)).toBe('abc…');
});

it('writes numbers and times', () => {
  expect(counted(1_234_567)).toBe('1,234,567');
  expect(timeText(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(timeText(8.7e15)).toBe('8700000000000000');
});
