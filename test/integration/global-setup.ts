/** One broker for the whole run of the integration tests; `kafka.ts` hands it to them, `schema-registry.ts` a registry to those that ask. */
import type { TestProject } from 'vitest/node';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { askedOrigin, askedVersion } from './origin.js';
import { RegistryHost } from './registry-host.js';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    /** Where to ask for the schema registry. */
    registryHost: string;
  }
}

let kafka: RunningKafka | undefined;
let registries: RegistryHost | undefined;

export async function setup(project: TestProject): Promise<void> {
  kafka = await startKafka({
    ...askedOrigin(),
    ...askedVersion(),
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  project.provide('kafkaBrokers', kafka.brokers);
  registries = await RegistryHost.start();
  project.provide('registryHost', registries.url);
}

export async function teardown(): Promise<void> {
  await kafka?.stop();
  await registries?.stop();
}
