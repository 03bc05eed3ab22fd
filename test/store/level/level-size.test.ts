import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLevelBackend } from '../../../src/store/level/open-level.js';
import { WriteBatch } from '../../../src/store/write-batch.js';

const range = (from: string, before: string): { gte: Buffer; lt: Buffer } => ({
  gte: Buffer.from(from),
  lt: Buffer.from(before),
});

it('tells about how many bytes lie in a range, and nothing once it is closed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-level-size-'));
  try {
    const backend = await openLevelBackend({
      ...{ folder: join(folder, 'task'), identity: 'app 0_0', warn: () => undefined },
      ...{ writeBufferBytes: 64 * 1024, cacheBytes: 64 * 1024 },
    });
    const sizeOf = (from: string, before: string): Promise<number | null> => backend.sizeOf(range(from, before));
    expect(await sizeOf('a', 'c')).toBe(0);
    for (let n = 0; n < 16; n += 1) {
      const batch = new WriteBatch();
      // Bytes that cannot be compressed.
      for (const store of ['a', 'a', 'a', 'b']) {
        batch.put(Buffer.from(`${store}${String(n)}${randomBytes(4).toString('hex')}`), randomBytes(16 * 1024));
      }
      await backend.write(batch);
    }
    // Less what is in the log alone, at the most two buffers of it.
    const [a, b] = [(await sizeOf('a', 'b')) ?? 0, (await sizeOf('b', 'c')) ?? 0];
    expect(a).toBeGreaterThan(3 * b * 0.5);
    expect(a + b).toBeGreaterThan(700 * 1024);
    expect(a + b).toBeLessThan(1_200 * 1024);
    await backend.close();
    expect(await sizeOf('a', 'c')).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
