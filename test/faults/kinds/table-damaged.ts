/** A bit flips in every table file of an instance that is down. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../fault.js';
import type { Instance } from '../instance.js';

const RUNNING_WITHIN_MS = 60_000;

export const tableDamaged: Fault = {
  name: 'table-damaged',
  description: 'one bit is flipped in each .ldb file of an instance that is down',
  loadAfterwardsMs: 20_000,
  async run({ instances, say }) {
    // LevelDB writes its log into tables when it is opened again. Both go down, so that tasks come back where they were.
    await restart(instances, () => undefined);
    await restart(instances, () => {
      const flipped = flipBits(instances[0].order.stateDir);
      if (flipped === 0) throw new Error('there is no .ldb file to damage');
      say(`a bit is flipped in each of ${flipped} .ldb files`);
    });
  },
};

async function restart(instances: readonly Instance[], between: () => void): Promise<void> {
  await Promise.all(instances.map((instance) => instance.close()));
  between();
  for (const instance of instances) instance.start();
  for (const instance of instances) await instance.untilState('RUNNING', RUNNING_WITHIN_MS);
}

function flipBits(folder: string): number {
  let flipped = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ldb')) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const at = Math.floor(Math.random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(Math.random() * 8)), at);
    writeFileSync(file, bytes);
    flipped += 1;
  }
  return flipped;
}
