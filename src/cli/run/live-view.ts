/** Beside the commands: a running application as a few lines, drawn again and again on a terminal or written one below the other. */
import type { MetricsSnapshot } from '../../observe/measurements.js';
import { counted, shownText } from '../text-table.js';

/** What of an application is shown. */
export type Shown = Pick<
  MetricsSnapshot,
  | 'applicationId'
  | 'state'
  | 'processed'
  | 'lag'
  | 'connected'
  | 'late'
  | 'deadLetters'
  | 'commits'
  | 'stalls'
  | 'tasks'
> & { readonly restore: Pick<MetricsSnapshot['restore'], 'now'> };

const BAR_WIDTH = 24;
/** Lines of one kind: a terminal is not high. */
const MOST_LINES = 8;
const SECOND = 1_000;

/** Records a second between two looks. */
export function rateOf(now: Pick<Shown, 'processed'>, before: Pick<Shown, 'processed'>, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.max(0, Math.round(((now.processed - before.processed) * SECOND) / elapsedMs));
}

/** @param messages what the application has last said of itself */
export function viewLines(shown: Shown, rate: number, runningMs: number, messages: readonly string[]): string[] {
  const { applicationId, state, processed, late, deadLetters, commits, tasks, stalls, restore } = shown;
  return [
    `${applicationId}  ${state}  for ${lengthText(runningMs)}  (Ctrl-C ends it)`,
    `  ${counted(processed)} records, ${counted(rate)}/s   lag ${lagText(shown)}   late ${counted(late)}   dead letters ${counted(deadLetters)}`,
    `  ${counted(commits.count)} commits, the last ${commits.lastLatency.toFixed(0)} ms   ${counted(tasks.length)} tasks: ${listText(tasks.map(({ id }) => id))}`,
    ...some(restore.now).map(
      (one) =>
        `  restoring ${one.store} of ${one.task}  ${bar(one.position, one.end)}  ${counted(one.position)} of ${counted(one.end)}`,
    ),
    ...some(stalls.now).map(({ task, reason, forMs }) => `  ${task} stands still for ${lengthText(forMs)}: ${reason}`),
    ...messages.map((message) => `  ${message}`),
  ].map((line) => shownText(line));
}

export function plainLine(shown: Shown, rate: number, time: string): string {
  const { state, processed, tasks, restore, stalls } = shown;
  const restoring = restore.now.length === 0 ? '' : `  restoring ${counted(restore.now.length)} stores`;
  const still = stalls.now.length === 0 ? '' : `  ${counted(stalls.now.length)} tasks stand still`;
  return `${time}  ${state}  ${counted(processed)} records  ${counted(rate)}/s  lag ${lagText(shown)}  ${counted(tasks.length)} tasks${restoring}${still}\n`;
}

/** Draws over what it drew before. */
export class LiveScreen {
  private drawn = 0;

  constructor(private readonly out: { write(text: string): unknown; readonly columns?: number | undefined }) {}

  draw(lines: readonly string[]): void {
    // A line that wraps would be two to go back over.
    const width = this.out.columns ?? 80;
    const cut = lines.map((line) => shownText(line, width));
    const back = this.drawn === 0 ? '' : `\u001b[${String(this.drawn)}A\u001b[0J`;
    this.out.write(`${back}${cut.join('\n')}\n`);
    this.drawn = cut.length;
  }
}

/** `52 %` of it done, as a bar. */
export function bar(done: number, all: number): string {
  const share = all <= 0 ? 1 : Math.min(1, Math.max(0, done / all));
  const full = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

export function lengthText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function lagText({ lag, connected }: Pick<Shown, 'lag' | 'connected'>): string {
  return `${lag === null ? '?' : counted(lag)}${connected ? '' : ' (no broker answers)'}`;
}

function listText(ids: readonly string[]): string {
  const rest = ids.length - MOST_LINES;
  return ids.slice(0, MOST_LINES).join(' ') + (rest > 0 ? ` and ${counted(rest)} more` : '');
}

function some<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, MOST_LINES);
}
