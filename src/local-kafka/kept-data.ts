/** A folder in which a broker's data outlives it: Kafka writes there once whose it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.js';

const META = 'meta.properties';

/**
 * Id of the cluster whose data is there; null of a folder that is empty or does not exist.
 * @throws LaunchError when something else is there
 */
export function keptClusterId(folder: string): string | null {
  const file = join(folder, META);
  if (existsSync(file)) {
    const id = /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim();
    if (id !== undefined) return id;
    throw new LaunchError(`${file} names no cluster: is it the data of a Kafka with KRaft?`);
  }
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length === 0) return null;
  throw new LaunchError(`${folder} holds something else than the data of a broker: name a folder of its own`);
}
