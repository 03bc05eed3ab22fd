/** Compiles the example to CommonJS against the packed package, runs its test and itself on a broker, and ends it by SIGTERM. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { installPacked, runPackage } from '../../scripts/packed-package.js';

async function main(): Promise<void> {
  installPacked(import.meta.dirname);
  runPackage(import.meta.dirname, 'typescript/bin/tsc', ['-p', '.']);

  const name = `stock-${randomUUID().slice(0, 8)}`;
  const stateDir = mkdtempSync(join(tmpdir(), 'stock-'));
  // Not before it is installed.
  const { startKafka } = await import('millrace/testing');
  const kafka = await startKafka({ log: (line) => console.error(line) });
  const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.ERROR }).admin();
  try {
    process.env.KAFKA_BROKERS = kafka.brokers.join(',');
    runPackage(import.meta.dirname, 'jest/bin/jest.js', ['--ci']);
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: `${name}-movements`, numPartitions: 1 }] });
    const app = spawn(process.execPath, ['dist/main.js'], {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        KAFKA_BROKERS: kafka.brokers.join(','),
        MOVEMENTS: `${name}-movements`,
        APPLICATION_ID: name,
        STATE_DIR: stateDir,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let log = '';
    app.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      // It says so once it listens to signals; the store is restored by then.
      if (/\[Stock\].*ready/.test(log) && !app.killed) app.kill('SIGTERM');
    });
    const [code, signal] = (await once(app, 'exit')) as [number | null, NodeJS.Signals | null];
    // Nest ends the process by the signal itself, once everything is shut down.
    if ((code !== 0 && signal !== 'SIGTERM') || !/ to RUNNING\].*NOT_RUNNING/s.test(log)) {
      throw new Error(`the application ended with ${String(code ?? signal)}:\n${log}`);
    }
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(name));
    await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
    await kafka.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
