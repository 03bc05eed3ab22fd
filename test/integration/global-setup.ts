/** One broker for the whole run of the integration tests; `kafka.ts` hands it to them. */
import type { TestProject } from 'vitest/node';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { askedOrigin, askedVersion } from './origin.js';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

let kafka: RunningKafka | undefined;

export async function setup(project: TestProject): Promise<void> {
  kafka = await startKafka({
    ...askedOrigin(),
    ...askedVersion(),
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  project.provide('kafkaBrokers', kafka.brokers);
}

export async function teardown(): Promise<void> {
  await kafka?.stop();
}
