/** Millrace's side: `npm run bench` in a process of its own. */
import { join } from 'node:path';
import type { Guarantee } from '../run/arguments.js';
import type { OrderFormat } from '../run/formats.js';
import type { Workload } from '../run/workloads.js';
import { runChild } from './child.js';
import { readFigures, type Figures } from './figures.js';

export interface RunWanted {
  readonly records: number;
  readonly format: OrderFormat;
  readonly guarantee: Guarantee;
  /** Seconds after which it is given up. */
  readonly timeout: number;
}

/** A process of its own, as the JVM's: nothing is warm. */
export async function measureMillrace(
  brokers: string,
  workload: Workload,
  input: string,
  wanted: RunWanted,
): Promise<Figures> {
  const words = millraceWords(brokers, workload, input, wanted);
  return readFigures(await runChild(process.execPath, words, { timeoutSeconds: wanted.timeout, capture: true }));
}

/**
 * The command line of a run, for Node.
 * @param more words of it
 */
export function millraceWords(
  brokers: string,
  workload: Workload,
  input: string,
  { records, format, guarantee }: Omit<RunWanted, 'timeout'>,
  more: readonly string[] = [],
): string[] {
  const what = ['--workload', workload, '--input', input, '--records', String(records), '--format', format];
  const start = join(process.cwd(), 'bench/start.js');
  return [start, 'run', '--brokers', brokers, ...what, '--guarantee', guarantee, ...more];
}

export function shown(name: string, { committedPerSecond, seconds, cpuSeconds, residentMegabytes }: Figures): string {
  const rate = (committedPerSecond / 1000).toFixed(1);
  return `${name} ${rate} k rec/s committed in ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(1)} CPU s, ${String(residentMegabytes)} MB`;
}
