import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Series } from './series.js';

const folder = mkdtempSync(join(tmpdir(), 'series-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the series of a soaked instance', () => {
  it('has a line for each sample at once, below the names of its columns', () => {
    const series = new Series(join(folder, 'deep'), 'one');
    const memory = { residentMiB: 200.126, heapUsedMiB: 80, externalMiB: 5.5, arrayBuffersMiB: 3 };
    const others = { handles: 52, stallMs: 1.5, starvedMs: 0, processed: 10 };
    series.add(1_000, { ...memory, ...others, lag: null, collected: false });
    series.add(60_049, { ...memory, ...others, lag: 7, collected: true });
    const [head, ...lines] = readFileSync(series.path, 'utf8').trimEnd().split('\n');
    expect(head).toBe(
      'seconds wall collected residentMiB heapUsedMiB externalMiB arrayBuffersMiB handles stallMs starvedMs processed lag'
        .split(' ')
        .join('\t'),
    );
    const values = lines.map((line) => line.split('\t'));
    expect(values.map(([seconds]) => seconds)).toEqual(['1.0', '60.0']);
    expect(Date.parse(values[0]![1]!)).not.toBeNaN();
    expect(values.map((line) => line.slice(2))).toEqual([
      ['0', '200.13', '80', '5.50', '3', '52', '1.50', '0', '10', ''],
      ['1', '200.13', '80', '5.50', '3', '52', '1.50', '0', '10', '7'],
    ]);
  });
});
