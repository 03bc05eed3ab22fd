/** The schema registry that integration tests share; where none can be had, they are skipped and say why. */
import { inject, type TestContext } from 'vitest';
import type { RunningSchemaRegistry } from '../../src/local-registry/options.js';
import type { FoundRegistry } from './registry-host.js';

export async function findRegistry(): Promise<{ registry: RunningSchemaRegistry } | { missing: string }> {
  const found = (await ask('/find')) as FoundRegistry;
  if ('missing' in found) return found;
  const control = {
    kill: async (): Promise<void> => {
      await ask('/kill');
    },
    start: async (): Promise<void> => {
      await ask('/start');
    },
  };
  // It ends with the run.
  const stop = (): Promise<void> => Promise.resolve();
  const { url, controlled } = found;
  return {
    registry: { how: controlled ? 'java' : 'environment', url, control: controlled ? control : undefined, stop },
  };
}

export async function registryOrSkip(context: TestContext): Promise<RunningSchemaRegistry> {
  const found = await findRegistry();
  return 'registry' in found ? found.registry : context.skip(found.missing);
}

async function ask(path: string): Promise<unknown> {
  const response = await fetch(`${inject('registryHost')}${path}`);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
