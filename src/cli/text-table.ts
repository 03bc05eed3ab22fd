/** Beside the commands: rows of texts as a person reads them, columns below each other. */

/**
 * Columns whose heading is in `left` begin at the left, others end at the right, as numbers do. No line ends with blanks.
 * @param headings one for each column
 */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  left: readonly string[] = headings.slice(0, 1),
): string {
  const all = [headings, ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      headings
        .map((heading, column) => {
          const cell = row[column] ?? '';
          const width = widths[column] ?? 0;
          return left.includes(heading) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** `12,345`. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** Milliseconds since the epoch, as ISO 8601; as the number that it is where it is no time. */
export function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

/** At most so many characters, control characters made visible: nothing that was read may steer a terminal. */
export function shownText(text: string, most = Infinity): string {
  const visible = text.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, escaped);
  return visible.length > most ? `${visible.slice(0, Math.max(0, most - 1))}…` : visible;
}

function escaped(one: string): string {
  const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[one];
  return named ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
