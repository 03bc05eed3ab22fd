/** The windows of a store as a heat map, which is a table: it can be read where colours cannot be seen. */
import type { JSX } from 'preact';
import { count, timeOfDay } from './format.js';
import { LEVELS, type HeatMap } from './heat-map.js';
import { WideTable } from './wide-table.js';

export function HeatTable({
  map,
  chosen,
}: {
  readonly map: HeatMap;
  /** Somebody wants to see one key. */
  readonly chosen: (key: string) => void;
}): JSX.Element {
  const what = map.measure === 'value' ? 'the highest value' : 'the number of windows';
  const day = new Date(map.columns[0]?.from ?? 0).toLocaleDateString();
  return (
    <section>
      <h2>Keys over time</h2>
      <p class="hint">
        Each cell shows {what} of a key, from {count(map.least)} to {count(map.most)}; columns begin at the local time
        above them, the first on {day}. {map.left > 0 && `${String(map.left)} keys with lower values are left out. `}A
        key shows its windows.
      </p>
      <p class="heat-scale" aria-hidden="true">
        {count(map.least)}
        {Array.from({ length: LEVELS }, (_, i) => (
          <span key={i} class={`heat-${String(i + 1)}`} />
        ))}
        {count(map.most)}
      </p>
      <WideTable about="Windows of keys over time">
        <thead>
          <tr>
            <th scope="col">key</th>
            {map.columns.map(({ from }) => (
              <th key={from} scope="col" class="heat-time">
                <time dateTime={new Date(from).toISOString()}>{timeOfDay(from)}</time>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.keys.map(({ key, cells }) => (
            <tr key={key}>
              <th scope="row">
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    chosen(key);
                  }}
                >
                  {key}
                </button>
              </th>
              {cells.map(({ value, level }, i) => (
                <td key={map.columns[i]?.from} class={`heat heat-${String(level)}`}>
                  {value === null ? '' : count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
