/** Opens a state folder in a process of its own: `open-elsewhere.ts exit|stay|fill <folder>`. */
import { MillraceError } from '../../../src/errors/error.js';
import { openLevelBackend } from '../../../src/store/level/open-level.js';
import { WriteBatch } from '../../../src/store/write-batch.js';

const [doing, folder] = process.argv.slice(2) as [string, string];

async function fill(backend: Awaited<ReturnType<typeof openLevelBackend>>): Promise<void> {
  const first = new WriteBatch();
  first.put(Buffer.from('\0\0\0\x02first'), Buffer.alloc(1000, 1));
  await backend.write(first);
  for (;;) {
    const batch = new WriteBatch();
    for (let index = 0; index < 50; index += 1) {
      batch.put(Buffer.from(`\0\0\0\x02${String(Math.random())}`), Buffer.alloc(1000, index));
    }
    await backend.write(batch);
  }
}

try {
  const backend = await openLevelBackend({
    folder,
    identity: 'app 0_0',
    // Larger than the limit, so that the log is what grows.
    writeBufferBytes: 4 * 1024 * 1024,
    cacheBytes: 256 * 1024,
    warn: console.log,
  });
  console.log('open');
  if (doing === 'stay') setInterval(() => undefined, 60_000);
  if (doing === 'fill') await fill(backend);
} catch (error) {
  console.log(MillraceError.is(error) ? `${error.code} ${error.message}` : error);
  process.exit(1);
}
