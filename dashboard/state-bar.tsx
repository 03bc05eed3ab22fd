/** The head of each page: how the instance is in a few numbers, and what is wrong in words. */
import type { JSX } from 'preact';
import { bytes, count, duration, percent, rate } from './format.js';
import { latest, perSecond, quantile, type Model } from './model.js';
import type { Contact } from './watch.js';

export function StateBar({ model }: { readonly model: Model }): JSX.Element {
  const { moments, samples } = model;
  const { metrics } = latest(model);
  const busy = perSecond(moments, (one) => one.metrics.processing.busy);
  const facts: readonly (readonly [string, string])[] = [
    ['processed', rate(perSecond(moments, (one) => one.metrics.processed))],
    ['lag', count(metrics.lag)],
    ['tasks', count(metrics.tasks.length)],
    ['busy', busy === null ? '–' : percent(Math.min(1, busy / 1_000))],
    ['commit p99', duration(quantile(moments, (one) => one.metrics.commits.latency, 0.99))],
    ['dropped', count(Object.values(metrics.dropped).reduce((sum, one) => sum + one, 0))],
    ['dead letters', count(metrics.deadLetters)],
    ['memory', bytes(samples.at(-1)?.memory ?? null)],
  ];
  return (
    <dl class="facts" aria-label="Now">
      <div class={`state ${metrics.state.toLowerCase()}`}>
        <dt>state</dt>
        <dd>{metrics.state}</dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Said aloud by screen readers when they change. */
export function Warnings({ model, contact }: { readonly model: Model | null; readonly contact: Contact }): JSX.Element {
  return (
    <div role="status" class="warnings">
      {warningsOf(model, contact).map((text) => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}

function warningsOf(model: Model | null, contact: Contact): string[] {
  const end = model === null ? [] : endOf(model);
  if (contact === 'silent') return ['This instance does not answer; what is shown is the last that it said.', ...end];
  if (model === null) return [];
  const { metrics, paused } = latest(model);
  if (end.length > 0) return end;
  const warnings = metrics.stalls.now.map(({ task, reason }) => `Task ${task} stands still: ${reason}`);
  if (!metrics.connected && metrics.state !== 'CREATED') warnings.unshift('A broker does not answer.');
  if (metrics.producer.waiting > 0) warnings.push(`${count(metrics.producer.waiting)} tasks wait for the producer.`);
  if (paused) warnings.push('The application is paused.');
  return warnings;
}

/** Why there is nothing more to come, in words. */
function endOf(model: Model): string[] {
  const { state } = latest(model).metrics;
  if (state === 'NOT_RUNNING') return ['The application was closed.'];
  if (state !== 'ERROR' && state !== 'PENDING_ERROR') return [];
  const failure = model.occurrences.findLast(({ kind }) => kind === 'failure');
  return [`The application has failed: ${failure?.text ?? 'its log says why'}`];
}
