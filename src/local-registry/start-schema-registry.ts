/** Gives development and tests a schema registry, wherever one can be had. */
import { LaunchError } from '../local-kafka/launch-error.js';
import { startWithNewJava } from './java-registry.js';
import type { RunningSchemaRegistry, StartSchemaRegistryOptions } from './options.js';

const ADVICE = `Do one of these:
  - start a schema registry and set SCHEMA_REGISTRY_URL to the address of its API
  - install Java 21 or newer, or Python 3 with pip, which fetches one; and Maven, which fetches the registry`;

/**
 * Finds or starts a schema registry with the API of Confluent's, and resolves when it answers.
 *
 * Tried in this order, unless `use` names one of them:
 * 1. `SCHEMA_REGISTRY_URL`: that registry is used as it is.
 * 2. Java 21 or newer: Apicurio Registry as a local process on the loopback interface, which Maven downloads once (160 MB) into
 *    `$XDG_CACHE_HOME/millrace` (default `~/.cache/millrace`). Where the machine has no such Java, pip fetches one there too.
 *
 * What it starts accepts all schemas (compatibility NONE) until told otherwise, ends with `stop()`, and at the latest with this process,
 * however that ends; its schemas are deleted.
 *
 * @throws {@link LaunchError} code `LAUNCH_FAILED`, when none can be had: the message lists what was tried and what to install
 */
export async function startSchemaRegistry(options: StartSchemaRegistryOptions = {}): Promise<RunningSchemaRegistry> {
  const outside = process.env['SCHEMA_REGISTRY_URL']?.trim() ?? '';
  if (options.use !== 'java' && outside !== '') return await fromEnvironment(outside);
  const reasons: string[] = [];
  if (options.use !== 'java') reasons.push('SCHEMA_REGISTRY_URL: not set');
  if (options.use !== 'environment') {
    try {
      return await startWithNewJava(options);
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      reasons.push(`Java: ${error.message}`);
    }
  }
  const tried = reasons.map((reason, i) => `  ${String(i + 1)}. ${reason}\n`).join('');
  throw new LaunchError(`no schema registry could be found or started. Tried:\n${tried}${ADVICE}`);
}

/** One that was named must be used or reported, never replaced by another one. */
async function fromEnvironment(given: string): Promise<RunningSchemaRegistry> {
  const url = given.replace(/\/+$/, '');
  try {
    const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`it answers ${String(response.status)}`);
  } catch (error) {
    throw new LaunchError(`there is no schema registry at SCHEMA_REGISTRY_URL, ${url}: ${String(error)}`, error);
  }
  return { how: 'environment', url, control: undefined, stop: () => Promise.resolve() };
}
