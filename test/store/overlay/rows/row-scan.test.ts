/** Scans over rows: those in memory stand for those on disk, in either order. */
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { BackendEntry, StateBackend } from '../../../../src/store/backend.js';
import { MemoryBackend } from '../../../../src/store/memory/memory-backend.js';
import { keyCodec } from '../../../../src/store/overlay/bytes/key-codec.js';
import { ClosingWindows } from '../../../../src/store/overlay/rows/closing.js';
import { between, RowTableScan, type ScanRange } from '../../../../src/store/overlay/rows/row-scan.js';
import type { RowFiles } from '../../../../src/store/overlay/rows/row-files.js';
import type { RowTable } from '../../../../src/store/overlay/rows/row-table.js';
import { StartRow, StartSlot } from '../../../../src/store/overlay/rows/start-row.js';
import { WriteBatch } from '../../../../src/store/write-batch.js';

const ROW_MS = 10;

interface Found {
  readonly key: string;
  readonly start: number;
}

function rowKey(id: number, text = ''): Buffer {
  const key = Buffer.alloc(12);
  key.writeBigUInt64BE(BigInt(id), 4);
  return Buffer.concat([key, Buffer.from(text)]);
}

function rowOf(text: string, starts: readonly number[]): StartRow {
  const row = new StartRow(text, Math.floor((starts[0] as number) / ROW_MS));
  for (const start of starts) row.insert(new StartSlot(row, text, start, 0));
  return row;
}

function scanOver(
  onDisk: readonly (readonly [string, readonly number[]])[],
  inMemory: readonly StartRow[],
  { byTime = false, later = false } = {},
): RowTableScan<StartSlot, StartRow, Found> {
  const backend = new MemoryBackend();
  const batch = new WriteBatch();
  for (const [text, starts] of onDisk) {
    batch.put(rowKey(Math.floor((starts[0] as number) / ROW_MS), text), Buffer.from(JSON.stringify(starts)));
  }
  backend.write(batch);
  const files = {
    rowKey: (id: number) => rowKey(id),
    readHead(row: StartRow, head: BackendEntry[1]): void {
      for (const start of JSON.parse(head.toString()) as number[]) row.insert(new StartSlot(row, row.text, start, 0));
    },
  };
  return new RowTableScan<StartSlot, StartRow, Found>(
    {
      name: 's',
      backend: later ? answeringLater(backend) : backend,
      keys: keyCodec(serdes.string(), 'topic', 'store'),
      files: files as unknown as RowFiles<StartSlot, StartRow>,
      table: { newer: () => inMemory.values() } as unknown as RowTable<StartSlot, StartRow>,
    },
    {
      newRow: (text, id) => new StartRow(text, id),
      rowOf: (start) => Math.floor(start / ROW_MS),
      foundIn: (row, key, { first, last }) =>
        row.slots.filter(({ start }) => start >= first && start <= last).map(({ start }) => ({ key, start })),
      compare: byTime ? (left, right) => left.start - right.start : null,
    },
  );
}

/** As disks do. */
function answeringLater(backend: MemoryBackend): StateBackend {
  const answering: Pick<StateBackend, 'scan' | 'scanSync'> = { scan: (range) => backend.scan(range), scanSync: null };
  return answering as StateBackend;
}

const all: ScanRange = { first: 0, last: 100, reverse: false, wanted: between(null, null), unseen: false };
const shown = ({ key, start }: Found): string => `${key}${String(start)}`;
const onDisk = [
  ['a', [1, 5]],
  ['b', [2]],
  ['a', [11, 14]],
] as const;

describe('a scan over rows', () => {
  it('goes by row, then key, then time, in memory as on disk', () => {
    const inMemory = [rowOf('c', [3]), rowOf('a', [20])];
    const scan = scanOver(onDisk, inMemory).scan(() => all, shown);
    expect([...scan]).toEqual(['a1', 'a5', 'b2', 'c3', 'a11', 'a14', 'a20']);
    const back = scanOver(onDisk, inMemory).scan(() => ({ ...all, reverse: true }), shown);
    expect([...back]).toEqual(['a20', 'a14', 'a11', 'c3', 'b2', 'a5', 'a1']);
  });

  it('goes by time alone where the kind says so', () => {
    const scan = scanOver(onDisk, [rowOf('c', [3])], { byTime: true });
    expect([...scan.scan(() => all, shown)]).toEqual(['a1', 'b2', 'c3', 'a5', 'a11', 'a14']);
    expect([...scan.scan(() => ({ ...all, reverse: true }), shown)]).toEqual(['a14', 'a11', 'a5', 'c3', 'b2', 'a1']);
  });

  it('takes a row in memory for the one on disk', () => {
    const scan = scanOver(onDisk, [rowOf('a', [4])]).scan(() => all, shown);
    expect([...scan]).toEqual(['a4', 'b2', 'a11', 'a14']);
  });

  it('finds the keys and times that are asked for, as they are when it begins', () => {
    let last = 5;
    const range = (): ScanRange => ({ ...all, first: 2, last, wanted: between('a', 'a') });
    const scan = scanOver(onDisk, [rowOf('c', [3])]).scan(range, shown);
    expect([...scan]).toEqual(['a5']);
    last = 11;
    expect([...scan]).toEqual(['a5', 'a11']);
    last = 1;
    expect([...scan]).toEqual([]);
  });

  it('finds what is still to be closed, at once where the disk answers at once, and later where it answers later', async () => {
    const found: string[] = [];
    const note = (one: Found): void => {
      found.push(shown(one));
    };
    const closing = new ClosingWindows();
    expect(scanOver(onDisk, []).fill(closing, 11, note)).toBeUndefined();
    expect([closing.known, found]).toEqual([true, ['a1', 'a5', 'b2', 'a11']]);

    const later = new ClosingWindows();
    const filling = scanOver(onDisk, [], { later: true }).fill(later, 11, note);
    expect([later.known, found.length]).toEqual([false, 4]);
    await filling;
    expect([later.known, found.slice(4)]).toEqual([true, found.slice(0, 4)]);
  });
});
