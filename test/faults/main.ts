/** `npm run disturb`: three brokers, two instances, one fault after the other, and what each did to the results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { readDisturbArguments, type DisturbArguments } from './arguments.js';
import { attemptFault } from './attempt.js';
import { rowText, summary, type Row } from './report.js';
import { STARTUP_MS } from './startup.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: DisturbArguments): Promise<boolean> {
  if (!existsSync(join(given.millrace, 'dist/index.js'))) {
    throw new Error(`${given.millrace} is not built: npm run build there`);
  }
  const begun = performance.now();
  const say = (line: string): void => {
    if (given.verbose) print(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  };
  const kafka = await startKafka({
    use: 'java',
    brokers: 3,
    proxies: ['one', 'two'],
    startupTimeoutMs: STARTUP_MS,
    log: print,
  });
  const rows: Row[] = [];
  try {
    for (const fault of given.fault) {
      for (let attempt = 1; attempt <= given.times; attempt++) {
        const row = await attemptFault(fault, attempt, kafka, { ...given, say }).then(
          (result): Row => ({ fault: fault.name, attempt, result, failures: result.failures }),
          (error: unknown): Row => ({ fault: fault.name, attempt, result: undefined, failures: [String(error)] }),
        );
        rows.push(row);
        print(rowText(row));
        // Whatever the fault has left behind: the next one begins with all brokers.
        for (const node of kafka.nodes) await node.start();
      }
    }
  } finally {
    await kafka.stop();
  }
  print(`\n${given.millrace}\n${summary(rows)}`);
  return rows.every(({ failures }) => failures.length === 0);
}

try {
  if (!(await main(readDisturbArguments(process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
