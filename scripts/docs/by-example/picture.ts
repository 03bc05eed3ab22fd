/** What went in and what came of it as a picture over time: a lane for each topic, and bars for windows. */
import { textOfCell } from './timeline.js';
import type { Cell, Run, Step } from './run.js';

const LETTER = 7.3;
const LEFT = 150;
const WIDTH = 900;
const ROW = 22;
const TOP = 34;
const INK = { input: '#2b5d8a', output: '#a1501f', bar: '#f1e1d3', line: '#d5d9df', text: '#1f2933', mark: '#8a94a3' };

interface Mark {
  readonly cell: Cell;
  /** When it came, which is not always the time that it is about. */
  readonly x: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

interface Lane {
  readonly topic: string;
  readonly marks: readonly Mark[];
  readonly rows: number;
}

export function picture(title: string, run: Run, every: number): string {
  const windows = run.steps.flatMap(({ made }) => made.flatMap(({ window }) => window ?? []));
  const last = Math.max(...run.steps.map(({ at }) => at), ...windows.map(({ end }) => end));
  const end = Math.ceil((last + every * 0.6) / every) * every;
  const x = (second: number): number => round(LEFT + (second / end) * (WIDTH - LEFT - 36));
  const lanes = [
    ...run.inputs.map((topic) => lane(topic, run.steps, ({ given }) => [given].filter((cell) => cell.topic === topic), x)), // prettier-ignore
    ...run.outputs.map((topic) => lane(topic, run.steps, ({ made }) => made.filter((cell) => cell.topic === topic), x)),
  ];
  const parts: string[] = [];
  let y = TOP;
  lanes.forEach(({ topic, marks, rows }, i) => {
    const ink = i < run.inputs.length ? INK.input : INK.output;
    const height = rows * ROW + 12;
    parts.push(
      line(LEFT, y + height, WIDTH - 10, y + height, INK.line),
      label(12, y + height / 2 + 4, topic, ink, true),
    );
    for (const mark of marks) parts.push(...drawn(mark, y + 6 + mark.row * ROW, ink, x));
    y += height;
  });
  const scale: string[] = [];
  for (let second = 0; second <= end; second += every)
    scale.push(
      line(x(second), TOP - 8, x(second), y, INK.line),
      label(x(second) - 4, TOP - 14, `${second} s`, INK.mark),
    );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" width="${WIDTH}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${y + 10}" fill="#fbfbf9"/>`,
    ...scale,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** Marks that would lie on each other get rows of their own. */
function lane(topic: string, steps: readonly Step[], of: (step: Step) => Cell[], x: (second: number) => number): Lane {
  const ends: number[] = [];
  const marks = steps.flatMap((step) =>
    of(step).map((cell): Mark => {
      const at = x(step.at);
      const from = Math.min(at - 6, cell.window === undefined ? at : x(cell.window.start));
      const to = Math.max(at + 12 + textOfCell(cell).length * LETTER, cell.window === undefined ? at : x(cell.window.end)); // prettier-ignore
      let row = ends.findIndex((end) => end <= from);
      if (row === -1) row = ends.push(0) - 1;
      ends[row] = to;
      return { cell, x: at, row, from, to };
    }),
  );
  return { topic, marks, rows: Math.max(1, ends.length) };
}

function drawn({ cell, x: at }: Mark, y: number, ink: string, x: (second: number) => number): string[] {
  const parts: string[] = [];
  if (cell.window !== undefined) {
    const [start, end] = [x(cell.window.start), x(cell.window.end)];
    const width = round(Math.max(end - start, 3));
    parts.push(`<rect x="${start}" y="${y + 1}" width="${width}" height="${ROW - 4}" rx="3" fill="${INK.bar}"/>`);
  }
  const deleted = cell.value === null;
  parts.push(
    `<circle cx="${at}" cy="${y + 10}" r="4" fill="${deleted ? '#fbfbf9' : ink}" stroke="${ink}" stroke-width="1.5"/>`,
    label(at + 9, y + 14, textOfCell(cell), INK.text),
  );
  return parts;
}

function line(x1: number, y1: number, x2: number, y2: number, ink: string): string {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${ink}"/>`;
}

function label(x: number, y: number, text: string, ink: string, bold = false): string {
  return `<text x="${round(x)}" y="${y}" fill="${ink}"${bold ? ' font-weight="600"' : ''}>${escaped(text)}</text>`;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
