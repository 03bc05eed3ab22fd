import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateBackendContract } from '../../src/testing.js';
import type { BackendEntry, KeyRange, StateBackend } from '../../src/store/backend.js';
import { openLevelBackend } from '../../src/store/level/open-level.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import type { WriteBatch } from '../../src/store/write-batch.js';

function openLevel(folder: string): Promise<StateBackend> {
  return openLevelBackend({
    folder,
    identity: 'contract',
    writeBufferBytes: 256 * 1024,
    cacheBytes: 256 * 1024,
    warn: (message) => {
      throw new Error(message);
    },
  });
}

describe('state backend contract: memory', () => {
  for (const { name, run } of stateBackendContract({ create: () => new MemoryBackend() })) it(name, run);
});

describe('state backend contract: LevelDB', () => {
  const checks = stateBackendContract({
    create: () => openLevel(mkdtempSync(join(tmpdir(), 'millrace-contract-'))),
    reopen: (closed) => openLevel(closed.location),
  });
  for (const { name, run } of checks) it(name, run);
});

/** A backend with one fault. */
class Faulty implements StateBackend {
  readonly persistent: boolean = false;
  readonly location: string = 'faulty';
  protected readonly inner = new MemoryBackend();

  getSync(key: Buffer): Buffer | undefined {
    return this.inner.getSync(key);
  }
  write(batch: WriteBatch): Promise<void> | void {
    this.inner.write(batch);
  }
  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    return this.inner.scan(range);
  }
  get scanSync(): StateBackend['scanSync'] {
    return this.inner.scanSync;
  }
  close(): Promise<void> {
    return this.inner.close();
  }
  destroy(): Promise<void> {
    return this.inner.destroy();
  }
}

class ForgetsEmptyValues extends Faulty {
  override getSync(key: Buffer): Buffer | undefined {
    const value = super.getSync(key);
    return value?.length === 0 ? undefined : value;
  }
}

class SharesItsBuffers extends Faulty {
  private readonly given = new Map<string, Buffer>();
  override getSync(key: Buffer): Buffer | undefined {
    const text = key.toString('latin1');
    const value = this.given.get(text) ?? super.getSync(key);
    if (value !== undefined) this.given.set(text, value);
    return value;
  }
}

class WritesLater extends Faulty {
  override write(batch: WriteBatch): void {
    setImmediate(() => void super.write(batch));
  }
}

class KeepsRanges extends Faulty {
  override write(batch: WriteBatch): Promise<void> | void {
    batch.ranges.length = 0;
    return super.write(batch);
  }
}

class OnlyScansForwards extends Faulty {
  override scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    return super.scan({ ...range, reverse: false });
  }
}

class ScansWhatComesLater extends Faulty {
  override scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    let walk: AsyncIterator<readonly BackendEntry[]> | null = null;
    return { next: () => (walk ??= super.scan(range)).next() };
  }
}

class EndsWithAnEmptyBatch extends Faulty {
  override async *scan(range: KeyRange): AsyncGenerator<readonly BackendEntry[]> {
    for (const batch of this.inner.scanSync(range)) yield batch;
    yield [];
  }
}

class SaysItKeepsAll extends Faulty {
  override readonly persistent = true;
}

class LosesDeletions extends Faulty {
  override write(batch: WriteBatch): Promise<void> | void {
    const at = batch.values.indexOf(null);
    if (at > 0) {
      batch.values.splice(at, 1);
      batch.keys.splice(at, 1);
    }
    return super.write(batch);
  }
}

describe('the contract', () => {
  async function broken(create: () => StateBackend, reopen?: () => StateBackend): Promise<string[]> {
    const found: string[] = [];
    for (const { name, run } of stateBackendContract({ create, ...(reopen === undefined ? {} : { reopen }) })) {
      await run().catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'CONTRACT_BROKEN' });
        found.push(name);
      });
    }
    return found;
  }

  it.each([
    [ForgetsEmptyValues, /^reads what was written/],
    [SharesItsBuffers, /^gives Buffers/],
    [WritesLater, /^has written everything/],
    [WritesLater, /^holds a key-value store/],
    [KeepsRanges, /^removes ranges/],
    [OnlyScansForwards, /^scans in the order of bytes/],
    [ScansWhatComesLater, /^scans what was there at the call/],
    [EndsWithAnEmptyBatch, /^scans in the order of bytes/],
    [SaysItKeepsAll, /^says where it is/],
    [LosesDeletions, /^overwrites and deletes/],
    [LosesDeletions, /^holds a window store/],
  ])('finds the fault of %o', async (Fault, name) => {
    expect((await broken(() => new Fault())).filter((one) => name.test(one))).toHaveLength(1);
  });

  it('finds a backend that loses everything when it is closed', async () => {
    const found = await broken(
      () => new SaysItKeepsAll(),
      () => new SaysItKeepsAll(),
    );
    expect(found).toEqual(['keeps what was written over a close', 'holds a key-value store', 'holds a window store']);
  });

  it('says which backend, what it must do, and what it does instead', async () => {
    const check = stateBackendContract({ create: () => new ForgetsEmptyValues() }).find(({ name }) =>
      /^reads/.test(name),
    );
    await expect(check?.run()).rejects.toThrow(
      /^state backend faulty: reads what was written, .*: what is read must be \["1","",.*, and is \["1",null/,
    );
  });
});
