import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLevelBackend } from '../../src/store/level/open-level.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import { backendContract } from './backend-contract.js';

const runner = { describe, it, expect };

function openLevel(folder: string) {
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

backendContract(runner, { name: 'memory', create: () => Promise.resolve(new MemoryBackend()), reopen: null });
backendContract(runner, {
  name: 'LevelDB',
  create: () => openLevel(mkdtempSync(join(tmpdir(), 'millrace-contract-'))),
  reopen: (closed) => openLevel(closed.location),
});
