import { describe, expect, it } from 'vitest';
import { INCOMPLETE, writeAgain } from '../../src/changelog/write-again.js';
import { silentLogger } from '../../src/observe/logger.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import type { TaskState } from '../../src/store/task-state.js';
import { endlessSlice, type Slice } from '../../src/time/slice.js';
import { steppedSlice } from '../time/stepped-slice.js';

const CHANGELOG = { store: 's', topic: 'app-s-changelog', partition: 0, end: 4, topicId: 'B' };

/** A state with these rows; notes what happens in order. */
class Bench {
  readonly steps: string[] = [];
  full = false;
  private written = 10;

  constructor(private readonly rows: readonly string[] | null) {}

  readonly state = {
    noteTopic: (store: string, id: string | null) => this.steps.push(`${store} is of ${String(id)}`),
    commitRestored: (offsets: ReadonlyMap<string, number>) => {
      this.steps.push(`disk ${JSON.stringify([...offsets])}`);
      return Promise.resolve();
    },
    changelogRows: () => (this.rows === null ? null : this.each(this.rows)),
  } as unknown as TaskState;

  readonly writer = {
    append: (_topic: string, _partition: number, key: Buffer | null) => {
      this.written += 1;
      this.steps.push(String(key));
    },
    flush: () => {
      this.steps.push('flushed');
      this.full = false;
      return Promise.resolve({ lastOffset: () => this.written - 1 });
    },
    full: false,
  };

  async run(cancel = new AbortController(), slice: Slice = endlessSlice): Promise<string[]> {
    const parts = { state: this.state, writer: this.writer, logger: silentLogger, slice };
    await writeAgain([CHANGELOG], parts, cancel.signal);
    return this.steps;
  }

  private async *each(rows: readonly string[]) {
    for (const key of rows) {
      await Promise.resolve();
      yield { key: Buffer.from(key), value: Buffer.from('v'), headers: NO_HEADERS, timestamp: 1 };
    }
  }
}

describe('writeAgain', () => {
  it('lets others have their turn among many rows', async () => {
    const slice = steppedSlice(10);
    await new Bench(Array.from({ length: 95 }, (_, n) => String(n))).run(new AbortController(), slice);
    expect(slice.pauses).toBe(9);
  });

  it('marks the store until every row is acknowledged', async () => {
    expect(await new Bench(['a', 'b']).run()).toEqual([
      `s is of ${INCOMPLETE}`,
      'disk []',
      'a',
      'b',
      'flushed',
      's is of B',
      'disk [["s",12]]',
    ]);
  });

  it.each([
    ['without rows', [] as readonly string[]],
    ['that cannot be written', null],
  ])('goes on at the end of the log with a store %s', async (_, rows) => {
    expect((await new Bench(rows).run()).slice(-2)).toEqual(['s is of B', 'disk [["s",4]]']);
  });

  it('leaves the mark when it is cancelled', async () => {
    const bench = new Bench(['a']);
    const cancel = new AbortController();
    cancel.abort(new Error('given up'));
    await expect(bench.run(cancel)).rejects.toThrow('given up');
    expect(bench.steps).toEqual([`s is of ${INCOMPLETE}`, 'disk []']);
  });
});
