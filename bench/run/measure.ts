/** One run over the whole input, measured until its end is committed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../src/errors/error.js';
import { application } from './application.js';
import type { MeasureArguments } from './arguments.js';
import { Cluster } from './cluster.js';
import type { Observers } from './observed.js';
import { progressLine } from './progress.js';
import { buildWorkload } from './workloads.js';

const POLL_MS = 20;
const PROGRESS_MS = 200;

/**
 * Runs the workload.
 * @param print is given the lines of its progress, where these are wanted
 * @returns the line of its figures, the last one
 * @throws when the input does not hold the records, or the application fails
 */
export async function measure(given: MeasureArguments, print: (line: string) => void): Promise<string> {
  const { workload, guarantee, input, records, format } = given;
  const applicationId = `bench-millrace-${workload}-${Date.now().toString(36)}${String(process.pid)}`;
  const output = given.output ?? `${applicationId}-out`;

  let seen = 0;
  let firstAt = 0;
  let lastAt = 0;
  let allSeen = (): void => undefined;
  const processed = new Promise<void>((resolve) => {
    allSeen = resolve;
  });
  const oneSeen = (): void => {
    seen += 1;
    if (seen === 1) firstAt = performance.now();
    if (seen === records) {
      lastAt = performance.now();
      allSeen();
    }
  };
  const told = (): void => {
    if (seen > 0)
      print(progressLine({ at: performance.now() + performance.timeOrigin, records: seen, cpuMs: cpuMs() }));
  };
  const topology = buildWorkload(workload, input, output, oneSeen, format);

  const cluster = await Cluster.connect(given.brokers);
  const ownState = given.stateDir === undefined ? await mkdtemp(join(tmpdir(), 'millrace-bench-')) : undefined;
  try {
    await checkInput(cluster, input, records);
    await cluster.createTopic(output);
    const observers = await observersOf(given);
    const progress = given.progress ? setInterval(told, PROGRESS_MS) : null;
    const streams = application(topology, applicationId, given.stateDir ?? ownState, given, observers?.options);
    try {
      await streams.start();
      observers?.watch(streams.serverUrl);
      await Promise.race([processed, failureOf(streams)]);
      if (progress !== null) told();
      clearInterval(progress ?? undefined);
      const committedAt = await Promise.race([
        untilCommitted(cluster, applicationId, input, records),
        failureOf(streams),
      ]);
      const line =
        `millrace ${workload} ${guarantee} workers=1 processed ${rate(records, lastAt - firstAt)} rec/s, ` +
        `committed ${rate(records, committedAt - firstAt)} rec/s, took ${((committedAt - firstAt) / 1000).toFixed(2)} s, cpu ${(cpuMs() / 1e3).toFixed(1)} s, ` +
        `rss ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
      const seen = observers === null ? '' : `${await observers.seen()}\n`;
      await streams.close({ timeout: '20s' });
      return seen + line;
    } finally {
      clearInterval(progress ?? undefined);
      await observers?.close();
      await streams.close({ timeout: '20s' });
    }
  } finally {
    await cluster.deleteTopics(`${applicationId}-`);
    await cluster.close();
    if (ownState !== undefined) await rm(ownState, { recursive: true, force: true });
  }
}

/** Nothing of OpenTelemetry is loaded where nobody looks. */
async function observersOf({ observed, startTraces }: MeasureArguments): Promise<Observers | null> {
  if (observed.length === 0) return null;
  const { Observers: Observing } = await import('./observed.js');
  return new Observing(observed, startTraces);
}

async function checkInput(cluster: Cluster, input: string, records: number): Promise<void> {
  const present = await cluster.records(input);
  if (present !== undefined && present >= records) return;
  const found = present === undefined ? 'does not exist' : `holds only ${String(present)} records`;
  throw new MillraceError(
    'CONFIG_INVALID',
    `the input topic ${input} ${found}, but --records is ${String(records)}; fill it first (npm run bench:compare does)`,
    { topic: input, option: '--records' },
  );
}

async function untilCommitted(cluster: Cluster, group: string, input: string, records: number): Promise<number> {
  while ((await cluster.committed(group, input)) < records) await sleep(POLL_MS);
  return performance.now();
}

/** Never resolves; rejects when the application ends by itself. */
async function failureOf(streams: { readonly closed: Promise<void>; readonly error: Error | null }): Promise<never> {
  await streams.closed;
  throw streams.error ?? new Error('the application was closed before all records were processed');
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

function rate(records: number, milliseconds: number): string {
  return ((records / milliseconds) * 1000).toFixed(0);
}
