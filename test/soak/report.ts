/** The table at the end of a soak, and whether all is as promised. */
import type { SoakCheck } from './expected.js';
import type { Measurement } from './order.js';
import { trend, type Trend } from './trend.js';

/** Growth that is none, whatever the mean. */
const FLAT_MIB = 48;
/** What is in use after a collection is told more exactly. */
const FLAT_LIVE_MIB = 16;
const FLAT_HANDLES = 16;

const NO_STALL = { stallMs: 0, at: 0 };

export interface InstanceOutcome {
  readonly name: string;
  readonly state: string;
  readonly errors: readonly string[];
  readonly warnings: number;
  readonly samples: readonly (Measurement & { readonly at: number })[];
  /** File in which they are kept. */
  readonly series: string;
}

export interface SoakOutcome {
  readonly checks: Readonly<Record<string, SoakCheck>>;
  readonly instances: readonly InstanceOutcome[];
  readonly longestStallMs: number;
  /** Whatever else is not as it should be. */
  readonly failures: readonly string[];
}

export interface SoakReport {
  readonly lines: readonly string[];
  readonly failures: readonly string[];
}

export function report({ checks, instances, longestStallMs, failures: others }: SoakOutcome): SoakReport {
  const failures = [...others];
  const lines: string[] = [];
  for (const [name, { expected, exact, lost, repeated, unexplained }] of Object.entries(checks)) {
    lines.push(
      row(
        name,
        `${expected} expected, ${exact} exact, ${repeated} repeated or too high, ${lost} lost, ${unexplained} unexplained`,
      ),
    );
    if (expected === 0) failures.push(`${name}: nothing was checked`);
    if (lost > 0) failures.push(`${name}: ${lost} lost`);
    if (unexplained > 0) failures.push(`${name}: ${unexplained} unexplained`);
  }
  for (const { name, state, errors, warnings, samples, series } of instances) {
    const memory = trend(
      samples.map(({ at, residentMiB }) => ({ at, value: residentMiB })),
      FLAT_MIB,
    );
    // Everything the main thread could reach: what a leak of its own grows in. LevelDB's memory shows in what is resident only.
    const live = trend(
      samples
        .filter(({ collected }) => collected)
        .map(({ at, heapUsedMiB, externalMiB }) => ({ at, value: heapUsedMiB + externalMiB })),
      FLAT_LIVE_MIB,
    );
    const handles = trend(
      samples.map(({ at, handles: value }) => ({ at, value })),
      FLAT_HANDLES,
    );
    const longest = samples.reduce((most, one) => (one.stallMs > most.stallMs ? one : most), NO_STALL);
    const stall = longest.stallMs;
    const starved = samples.reduce((most, { starvedMs }) => Math.max(most, starvedMs), 0);
    const processed = samples.at(-1)?.processed ?? 0;
    lines.push(
      row(`${name} memory`, shown(memory, 'MiB')),
      row(`${name} in use`, shown(live, 'MiB')),
      row(`${name} handles`, shown(handles, '')),
      row(
        `${name} stall`,
        `longest ${stall.toFixed(0)} ms of ${longestStallMs} ms, after ${(longest.at / 60_000).toFixed(1)} min; ` +
          `it waited for a processor for at most ${starved.toFixed(0)} ms`,
      ),
      row(`${name} work`, `${processed} records processed, ${warnings} warnings, ${state}`),
      row(`${name} series`, series),
    );
    if (samples.length === 0) failures.push(`${name}: nothing was measured`);
    if (!memory.flat) failures.push(`${name}: memory grows by ${memory.perHour.toFixed(0)} MiB an hour`);
    if (!live.flat) failures.push(`${name}: memory in use grows by ${live.perHour.toFixed(0)} MiB an hour`);
    if (!handles.flat) failures.push(`${name}: handles grow by ${handles.perHour.toFixed(0)} an hour`);
    if (stall > longestStallMs) failures.push(`${name}: its event loop stood still for ${stall.toFixed(0)} ms`);
    failures.push(...errors.map((text) => `${name}: ${text}`));
  }
  lines.push(...failures.map((text) => row('NOT AS PROMISED', text)));
  return { lines, failures };
}

function shown({ lows, most, perHour, flat }: Trend, unit: string): string {
  const values = lows.map((value) => value.toFixed(0)).join(' ');
  const slope = `${perHour >= 0 ? '+' : ''}${perHour.toFixed(1)} ${unit}/h`.replace(' /', '/');
  return `lows ${values} ${unit}, most ${most.toFixed(0)}, slope ${slope}: ${flat ? 'flat' : 'GROWS'}`.replace(
    ' ,',
    ',',
  );
}

function row(name: string, text: string): string {
  return `${name.padEnd(18)} ${text}`;
}
