/** What the demo shows while it runs: a screen that is redrawn in a terminal, one line a second elsewhere. */
import { styleText } from 'node:util';
import type { UserSpend } from './orders.js';

/** One moment of a run. */
export interface Snapshot {
  /** Since the start, ms. */
  readonly elapsed: number;
  readonly instances: readonly InstanceView[];
  /** Orders processed by all instances. */
  readonly processed: number;
  /** Orders processed in the last second. */
  readonly rate: number;
  /** Orders that wait in the topic. */
  /** Null while it is not known. */
  readonly lag: number | null;
  /** Orders dropped because their window had closed. */
  readonly late: number;
  /** Hottest first. */
  readonly windows: readonly UserSpend[];
}

export interface InstanceView {
  readonly name: string;
  /** As KafkaStreams says, or what the process does when it cannot be asked. */
  readonly state: string;
  readonly tasks: readonly string[];
}

export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const SCREEN_INTERVAL_MS = 250;
const LINE_INTERVAL_MS = 1_000;
const BAR = 24;
const ERASE_LINE = '\x1b[2K';
const ERASE_BELOW = '\x1b[J';

export class View {
  /** How often `show` should be called, ms. */
  readonly interval: number;
  private drawn = 0;
  private last: Snapshot | null = null;

  constructor(private readonly screen: Screen) {
    this.interval = screen.isTTY === true ? SCREEN_INTERVAL_MS : LINE_INTERVAL_MS;
  }

  show(snapshot: Snapshot): void {
    this.last = snapshot;
    if (this.screen.isTTY === true) this.draw(screenLines(snapshot));
    else this.screen.write(`${plainLine(snapshot)}\n`);
  }

  /** Writes a line that stays, above what is redrawn. */
  log(line: string): void {
    this.clear();
    this.screen.write(`${line}\n`);
    if (this.last !== null && this.screen.isTTY === true) this.draw(screenLines(this.last));
  }

  /** Ends the redrawing; what was drawn last stays. */
  end(): void {
    this.drawn = 0;
    this.last = null;
  }

  private draw(lines: readonly string[]): void {
    const width = this.screen.columns ?? 80;
    const text = lines.map((line) => `${ERASE_LINE}${cut(line, width)}\n`).join('');
    this.screen.write(`${this.up()}${text}${ERASE_BELOW}`);
    this.drawn = lines.length;
  }

  private clear(): void {
    if (this.drawn > 0) this.screen.write(`${this.up()}${ERASE_BELOW}`);
    this.drawn = 0;
  }

  private up(): string {
    return this.drawn === 0 ? '' : `\x1b[${this.drawn}A`;
  }
}

/** `  12.0 s    183,204 processed    84,210/s  lag 1,200  late 1,034  hottest user-0001 09:10:10 412 orders 1,234.56` */
export function plainLine({ elapsed, processed, rate, lag, late, windows }: Snapshot): string {
  const hottest = windows[0];
  return [
    `${(elapsed / 1_000).toFixed(1).padStart(6)} s ${number(processed).padStart(11)} processed ${number(rate).padStart(8)}/s`,
    `lag ${lag === null ? 'unknown' : number(lag)}`,
    `late ${number(late)}`,
    ...(hottest === undefined ? [] : [`hottest ${hottest.user} ${span(hottest)} ${number(hottest.orders)} orders`]),
  ].join('  ');
}

export function screenLines({ elapsed, instances, processed, rate, lag, late, windows }: Snapshot): string[] {
  const most = windows[0]?.orders ?? 1;
  return [
    '',
    ...instances.map(({ name, state, tasks }) => {
      const shown = styleText(state === 'RUNNING' ? 'green' : 'yellow', state.padEnd(12));
      return `  ${name.padEnd(11)} ${shown} tasks ${tasks.join(' ') || 'none'}`;
    }),
    '',
    `  ${[
      `${number(processed)} processed`,
      styleText('bold', `${number(rate)} records/s`),
      `lag ${lag === null ? 'unknown' : number(lag)}`,
      `late drops ${number(late)}`,
      `${(elapsed / 1_000).toFixed(0)} s`,
    ].join('   ')}`,
    '',
    styleText(
      'dim',
      `  ${'hottest windows'.padEnd(20)} ${'user'.padEnd(11)} ${'orders'.padStart(7)} ${'spent'.padStart(12)}`,
    ),
    ...windows.map((window) => {
      const bar = '█'.repeat(Math.max(1, Math.round((BAR * window.orders) / most)));
      const figures = `${number(window.orders).padStart(7)} ${money(window.cents).padStart(12)}`;
      return `  ${span(window).padEnd(20)} ${window.user.padEnd(11)} ${figures}  ${styleText('cyan', bar)}`;
    }),
    '',
  ];
}

/** `09:10:10-09:10:20`, UTC. */
function span({ from, to }: UserSpend): string {
  return `${from.slice(11, 19)}-${to.slice(11, 19)}`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function money(cents: number): string {
  return (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** At most so many visible characters: a wrapped line would spoil the count of lines. */
function cut(line: string, width: number): string {
  let visible = 0;

  return line.replace(/(\x1b\[[0-9;]*m)|./gu, (part, colour: string | undefined) => {
    if (colour !== undefined) return part;
    visible += 1;
    return visible <= width ? part : '';
  });
}
