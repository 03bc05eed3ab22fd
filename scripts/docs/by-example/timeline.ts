/** What went in and what came of it as a text: a column for each record that went in, a row for each topic. */
import type { Cell, Run } from './run.js';

const GAP = '   ';

export function timeline({ inputs, outputs, steps }: Run): string {
  const columns: string[][][] = [
    [['second'], ...inputs.map((topic) => [topic]), ...outputs.map((topic) => [`-> ${topic}`])],
    ...steps.map(({ at, given, made }) => [
      [String(at)],
      ...inputs.map((topic) => (topic === given.topic ? [textOfCell(given)] : [])),
      ...outputs.map((topic) => made.filter((cell) => cell.topic === topic).map(textOfCell)),
    ]),
  ];
  const widths = columns.map((column) => Math.max(...column.flat().map((text) => text.length)));
  const rows = columns[0]!.map((_, row) => {
    const height = Math.max(1, ...columns.map((column) => column[row]!.length));
    return Array.from(
      { length: height },
      (_unused, line) =>
      columns.map((column, i) => (column[row]![line] ?? '').padEnd(widths[i]!)).join(GAP).trimEnd(), // prettier-ignore
    );
  });
  return rows.flat().join('\n');
}

export function textOfCell({ key, value, window }: Cell): string {
  const name = key === null ? [] : [key];
  if (window !== undefined) name.push(`[${window.start},${window.end}${window.inclusive ? ']' : ')'}`);
  return [...name, value ?? '–'].join(' ');
}
