/** A schema registry for integration tests; where none can be had, they are skipped and say why. */
import type { TestContext } from 'vitest';
import { LaunchError } from '../../src/local-kafka/launch-error.js';
import type { RunningSchemaRegistry } from '../../src/local-registry/options.js';
import { startSchemaRegistry } from '../../src/local-registry/start-schema-registry.js';

export async function findRegistry(): Promise<{ registry: RunningSchemaRegistry } | { missing: string }> {
  try {
    const registry = await startSchemaRegistry({
      startupTimeoutMs: 240_000,
      log: (line) => {
        process.stderr.write(`${line}\n`);
      },
    });
    return { registry };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    return { missing: error.message };
  }
}

export async function registryOrSkip(context: TestContext): Promise<RunningSchemaRegistry> {
  const found = await findRegistry();
  return 'registry' in found ? found.registry : context.skip(found.missing);
}
