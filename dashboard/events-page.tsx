/** What happened: states and rebalances with their reasons, and records that did not get through. */
import type { JSX } from 'preact';
import { DROP_REASONS, type DropReason } from '../src/errors/drop-reasons.js';
import { count, rate, timeOfDay } from './format.js';
import { latest, perSecond, type Model } from './model.js';
import { WideTable } from './wide-table.js';

export function EventsPage({ model }: { readonly model: Model }): JSX.Element {
  return (
    <>
      <Lost model={model} />
      <section>
        <h2>Timeline</h2>
        {model.occurrences.length === 0 ? (
          <p>Nothing happened yet.</p>
        ) : (
          <ol class="timeline">
            {model.occurrences.toReversed().map(({ id, at, kind, text }) => (
              <li key={id}>
                <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time>
                <span class={`badge ${kind}`}>{kind}</span>
                <span>{text}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function Lost({ model }: { readonly model: Model }): JSX.Element {
  const { metrics } = latest(model);
  const { moments } = model;
  const dropped = Object.keys(DROP_REASONS) as DropReason[];
  const rows = [
    ...dropped.map((reason) => ({
      name: `dropped: ${reason}`,
      meaning: DROP_REASONS[reason],
      total: metrics.dropped[reason] ?? 0,
      speed: perSecond(moments, (one) => one.metrics.dropped[reason] ?? 0),
    })),
    {
      name: 'dead letters',
      meaning: 'records that were written to the dead-letter topic',
      total: metrics.deadLetters,
      speed: perSecond(moments, (one) => one.metrics.deadLetters),
    },
    {
      name: 'tried again',
      meaning: 'times that a record was tried again at which a function had thrown',
      total: metrics.retried,
      speed: perSecond(moments, (one) => one.metrics.retried),
    },
    {
      name: 'offsets out of range',
      meaning: 'times that an offset was not in the log any more',
      total: metrics.outOfRange,
      speed: perSecond(moments, (one) => one.metrics.outOfRange),
    },
  ];
  return (
    <section>
      <h2>Records that did not get through</h2>
      <WideTable about="Records that did not get through">
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col" class="right">
              total
            </th>
            <th scope="col" class="right">
              now
            </th>
            <th scope="col" class="meaning">
              meaning
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, meaning, total, speed }) => (
            <tr key={name} class={total > 0 ? 'some' : undefined}>
              <th scope="row">{name}</th>
              <td class="right">{count(total)}</td>
              <td class="right">{rate(speed)}</td>
              <td class="meaning">
                {meaning.split('`').map((part, i) => (i % 2 === 0 ? part : <code key={part}>{part}</code>))}
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
