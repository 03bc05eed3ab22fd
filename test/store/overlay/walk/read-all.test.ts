import { describe, expect, it } from 'vitest';
import type { BackendEntry, KeyRange, StateBackend } from '../../../../src/store/backend.js';
import { MemoryBackend } from '../../../../src/store/memory/memory-backend.js';
import { readAll } from '../../../../src/store/overlay/walk/read-all.js';
import { WriteBatch } from '../../../../src/store/write-batch.js';

const RANGE: KeyRange = { gte: Buffer.from('a'), lt: Buffer.from('z'), reverse: false };

/** Gives these batches, of which each takes a while; notes how it ended. */
function later(batches: readonly (readonly string[])[], ends: string[]): StateBackend {
  const backend: Pick<StateBackend, 'scan' | 'scanSync'> = {
    scanSync: null,
    scan: async function* (): AsyncGenerator<readonly BackendEntry[], void> {
      try {
        for (const batch of batches) {
          await Promise.resolve();
          yield batch.map((key) => [Buffer.from(key), Buffer.from(`${key}!`)] as const);
        }
      } finally {
        ends.push('closed');
      }
    },
  };
  return backend as StateBackend;
}

describe('reading a range whole', () => {
  it('is done on return where the backend answers at once', () => {
    const backend = new MemoryBackend();
    const batch = new WriteBatch();
    for (const key of ['c', 'b', 'd', 'zz']) batch.put(Buffer.from(key), Buffer.from(`${key}!`));
    backend.write(batch);
    const seen: string[] = [];
    const reading = readAll(backend, RANGE, (key, value) => seen.push(`${key.toString()}=${value.toString()}`));
    expect(reading).toBeUndefined();
    expect(seen).toEqual(['b=b!', 'c=c!', 'd=d!']);
  });

  it('waits for one that does not, and gives the same', async () => {
    const [seen, ends]: [string[], string[]] = [[], []];
    const reading = readAll(later([['b', 'c'], ['d']], ends), RANGE, (key, value) =>
      seen.push(`${key.toString()}=${value.toString()}`),
    );
    expect(seen).toEqual([]);
    await reading;
    expect([seen, ends]).toEqual([['b=b!', 'c=c!', 'd=d!'], ['closed']]);
  });

  it('ends the scan when what was read cannot be taken, and tells why', async () => {
    const ends: string[] = [];
    const reading = readAll(later([['b'], ['c']], ends), RANGE, () => {
      throw new Error('unreadable');
    });
    await expect(reading).rejects.toThrow('unreadable');
    expect(ends).toEqual(['closed']);
  });
});
