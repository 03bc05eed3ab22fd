/** Who runs which tasks, how far behind they are, and how far the restoring of their stores has come. */
import type { JSX } from 'preact';
import type { Moment } from '../src/serve/dashboard/live-data.js';
import { count, percent, timeOfDay, UNKNOWN } from './format.js';
import { latest, type Model } from './model.js';
import { WideTable } from './wide-table.js';

interface TaskRow {
  readonly id: string;
  readonly state: 'running' | 'stands still' | 'restoring' | 'opening';
  readonly why: string;
  readonly lag: number | null;
  readonly streamTime: number;
}

/** Tasks of this instance, in the order of their ids. */
export function taskRows({ metrics, flow }: Pick<Moment, 'metrics' | 'flow'>): TaskRow[] {
  const restoring = new Set(metrics.restore.now.map(({ task }) => task));
  const stalls = new Map(metrics.stalls.now.map(({ task, reason }) => [task, reason]));
  const running = metrics.tasks.map(({ id, lag, streamTime }): TaskRow => {
    const why = stalls.get(id);
    return { id, state: why === undefined ? 'running' : 'stands still', why: why ?? '', lag, streamTime };
  });
  const opening = flow.opening.map((id): TaskRow => {
    const state = restoring.has(id) ? 'restoring' : 'opening';
    return { id, state, why: stalls.get(id) ?? '', lag: null, streamTime: -1 };
  });
  return [...running, ...opening].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

export function TasksPage({ model }: { readonly model: Model }): JSX.Element {
  const moment = latest(model);
  const rows = taskRows(moment);
  const others = moment.instances.filter(({ isHere }) => !isHere);
  const here = moment.instances.find(({ isHere }) => isHere);
  const most = Math.max(1, ...rows.map(({ lag }) => lag ?? 0));
  return (
    <>
      <Restoring moment={moment} />
      <section>
        <h2>This instance{here === undefined || here.host === null ? '' : ` (${here.host})`}</h2>
        {rows.length === 0 ? (
          <p>It has no tasks.</p>
        ) : (
          <WideTable about="Tasks of this instance">
            <thead>
              <tr>
                <th scope="col">task</th>
                <th scope="col">state</th>
                <th scope="col" class="right">
                  lag
                </th>
                <th scope="col">
                  <span class="unseen">lag compared with the others</span>
                </th>
                <th scope="col" class="right">
                  stream time
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, state, why, lag, streamTime }) => (
                <tr key={id}>
                  <th scope="row">{id}</th>
                  <td>
                    <span class={`badge ${state.replace(' ', '-')}`}>{state}</span> {why}
                  </td>
                  <td class="right">{count(lag)}</td>
                  <td>
                    <meter min={0} max={most} value={lag ?? 0} aria-label={`lag of task ${id}`} />
                  </td>
                  <td class="right">{streamTime < 0 ? UNKNOWN : timeOfDay(streamTime)}</td>
                </tr>
              ))}
            </tbody>
          </WideTable>
        )}
      </section>
      <section>
        <h2>Other instances</h2>
        {others.length === 0 ? (
          <p class="hint">
            None is known. Instances are known here that have a server, or the option applicationServer.
          </p>
        ) : (
          <div class="cards">
            {others.map(({ host, tasks }) => (
              <article key={host}>
                <h3>
                  <a href={`//${host ?? ''}/dashboard/#/tasks`}>{host}</a>
                </h3>
                <p class="chips">
                  {tasks.length === 0 ? 'no tasks' : tasks.map((task) => <span key={task}>{task}</span>)}
                </p>
              </article>
            ))}
          </div>
        )}
      </section>
    </>
  );
}

function Restoring({ moment }: { readonly moment: Moment }): JSX.Element | null {
  const { now } = moment.metrics.restore;
  if (now.length === 0) return null;
  return (
    <section>
      <h2>Restoring</h2>
      <ul class="restoring">
        {now.map(({ task, store, position, end }) => {
          const share = end <= 0 ? 1 : Math.min(1, position / end);
          const id = `restoring-${task}-${store}`;
          return (
            <li key={id}>
              <label for={id}>
                {task} {store}
              </label>
              <progress id={id} max={1} value={share} />
              <span class="number">
                {percent(share)}, {count(Math.max(0, end - position))} to go
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
