/** Every sample of a soaked instance in a file that a spreadsheet and a plotter read, written as they come. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from './order.js';

const COLUMNS = [
  'residentMiB',
  'heapUsedMiB',
  'externalMiB',
  'arrayBuffersMiB',
  'handles',
  'stallMs',
  'starvedMs',
  'processed',
  'lag',
] as const satisfies readonly (keyof Measurement)[];

/** Lines of values with tabs between; the first names the columns. What a run that dies has measured is there, too. */
export class Series {
  readonly path: string;

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${name}.tsv`);
    writeFileSync(this.path, `${['seconds', 'wall', 'collected', ...COLUMNS].join('\t')}\n`);
  }

  /** @param at milliseconds since the instance was started */
  add(at: number, measurement: Measurement): void {
    const values = COLUMNS.map((column) => shown(measurement[column]));
    const when = [(at / 1000).toFixed(1), new Date().toISOString(), measurement.collected ? '1' : '0'];
    appendFileSync(this.path, `${[...when, ...values].join('\t')}\n`);
  }
}

function shown(value: number | null): string {
  if (value === null) return '';
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
