/** Rows of a store, with what its kind keeps of each. */
import type { JSX } from 'preact';
import { count } from './format.js';
import { textOf, valueOf, type Row, type Rows } from './store-reader.js';
import { WideTable } from './wide-table.js';

interface Column {
  readonly title: string;
  readonly text: (row: Row) => string | null;
}

const COLUMNS: readonly Column[] = [
  { title: 'from', text: ({ start }) => timeText(start) },
  { title: 'to', text: ({ end }) => timeText(end) },
  { title: 'value', text: valueOf },
  { title: 'time', text: ({ timestamp }) => timeText(timestamp) },
  { title: 'valid to', text: ({ validTo }) => (validTo === null ? 'now' : timeText(validTo)) },
  {
    title: 'headers',
    text: ({ headers }) =>
      headers === null || headers === undefined || headers.length === 0
        ? null
        : headers.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join(', '),
  },
  { title: 'offset', text: ({ offset }) => (offset === undefined ? null : String(offset)) },
];

export function RowsTable({
  rows: { rows, next },
  of,
  more,
}: {
  readonly rows: Rows;
  /** What one of them is, and several. */
  readonly of: readonly [string, string];
  readonly more: () => void;
}): JSX.Element {
  const columns = COLUMNS.filter(({ text }) => rows.some((row) => text(row) !== null));
  return (
    <section>
      <h2>{rows.length === 1 ? `1 ${of[0]}` : `${count(rows.length)} ${of[1]}`}</h2>
      {rows.length > 0 && (
        <WideTable about="Rows of the store">
          <thead>
            <tr>
              <th scope="col">key</th>
              {columns.map(({ title }) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowId(row)}>
                <th scope="row">{textOf(row.key)}</th>
                {columns.map(({ title, text }) => (
                  <td key={title} class={title === 'value' || title === 'headers' ? 'value' : 'time'}>
                    {text(row) ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      {next !== null && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </section>
  );
}

function rowId({ key, start, timestamp, end, offset }: Row): string {
  return offset === undefined
    ? `${textOf(key)} ${String(start ?? timestamp ?? '')} ${String(end ?? '')}`
    : String(offset);
}

/** With milliseconds only where there are some. */
function timeText(time: number | null | undefined): string | null {
  if (time === null || time === undefined) return null;
  const date = new Date(time);
  // Beyond what a calendar knows, a time is its number.
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().replace('.000Z', 'Z').replace('T', ' ');
}
