/** `npm run smoke`: Kafka Streams' own smoke tests, generated and verified by it, run by Millrace. */
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { askedOrigin } from '../integration/origin.js';
import { buildJvmProgram } from '../jvm-program.js';
import { readSmokeArguments, type SmokeArguments } from './arguments.js';
import { JUDGE_VERSION } from './judge-version.js';
import { runSmokeTest } from './run.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: SmokeArguments): Promise<boolean> {
  const driver = await buildJvmProgram(join(import.meta.dirname, 'jvm'), JUDGE_VERSION);
  const { use } = askedOrigin();
  let all = true;
  for (const test of given.tests) {
    for (const guarantee of given.guarantees) {
      for (const treatment of given.treatments) {
        // A broker of its own for each: the names of the topics are fixed.
        const kafka = await startKafka({ ...(use !== undefined && { use }), log: () => undefined });
        const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
        try {
          await admin.connect();
          const begun = performance.now();
          const say = given.verbose ? print : (): void => undefined;
          const plan = { ...given, test, guarantee, treatment };
          const verdict = await runSmokeTest(plan, { brokers: kafka.brokers, admin }, driver, say);
          const seconds = ((performance.now() - begun) / 1000).toFixed(0);
          const what = `${test.padEnd(10)} ${guarantee.padEnd(15)} ${treatment.padEnd(7)}`;
          print(`${verdict.passed ? 'passed' : 'FAILED'}  ${what} ${String(verdict.treated)} times, ${seconds} s`);
          if (!verdict.passed) print(verdict.said.join('\n'));
          all &&= verdict.passed;
        } finally {
          await admin.disconnect();
          await kafka.stop();
        }
      }
    }
  }
  return all;
}

try {
  if (!(await main(readSmokeArguments(process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
