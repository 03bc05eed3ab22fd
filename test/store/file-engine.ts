/** An engine as a user would write one: rows in memory, all of them in one file that each batch replaces. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BackendEntry, EnginePlace, EngineSupplier, KeyRange, StateBackend, WriteBatch } from '../../src/index.js';

/** Keys as hexadecimal text, which is ordered as bytes are. */
type Rows = ReadonlyMap<string, string>;

const hex = (bytes: Buffer): string => bytes.toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

class FileBackend implements StateBackend {
  readonly persistent = true;
  readonly scanSync = null;
  private rows: Rows;

  constructor(readonly location: string) {
    const found = existsSync(location) ? (JSON.parse(readFileSync(location, 'utf8')) as [string, string][]) : [];
    this.rows = new Map(found);
  }

  getSync(key: Buffer): Buffer | undefined {
    const value = this.rows.get(hex(key));
    return value === undefined ? undefined : bytes(value);
  }

  async write(batch: WriteBatch): Promise<void> {
    const rows = new Map(this.rows);
    batch.keys.forEach((key, index) => {
      const value = batch.values[index];
      if (value === null || value === undefined) rows.delete(hex(key));
      else rows.set(hex(key), hex(value));
    });
    for (const [gte, lt] of batch.ranges) {
      for (const key of rows.keys()) if (key >= hex(gte) && key < hex(lt)) rows.delete(key);
    }
    await writeFile(`${this.location}.new`, JSON.stringify([...rows]));
    await rename(`${this.location}.new`, this.location);
    this.rows = rows;
  }

  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    return this.walk(this.rows, range);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await rm(this.location, { force: true });
  }

  private async *walk(rows: Rows, { gte, lt, reverse }: KeyRange): AsyncGenerator<readonly BackendEntry[], void> {
    const keys = [...rows.keys()].filter((key) => key >= hex(gte) && key < hex(lt)).sort();
    if (reverse) keys.reverse();
    for (const key of keys) yield await Promise.resolve([[bytes(key), bytes(rows.get(key) as string)] as const]);
  }
}

export function openFile(path: string): StateBackend {
  mkdirSync(dirname(path), { recursive: true });
  return new FileBackend(path);
}

/** @param opened told of each place that was opened */
export function fileEngine(name: string, opened: (place: EnginePlace) => void = () => undefined): EngineSupplier {
  return {
    name,
    open: (place) => {
      opened(place);
      return openFile(`${place.folder}/rows.json`);
    },
  };
}
