/** What every broker that we start ourselves must do; run once for Java and once for Docker. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { probeBroker } from '../../../src/local-kafka/broker-probe.js';
import { OWNER_LABEL } from '../../../src/local-kafka/docker.js';
import type { RunningKafka } from '../../../src/local-kafka/options.js';
import { startKafka } from '../../../src/local-kafka/start-kafka.js';
import { createTopic, readValues } from '../kafka.js';

const SASL = { username: 'ann', password: 'correct "horse" \\ battery' };

export function launcherSuite(use: 'java' | 'docker'): void {
  let kafka: RunningKafka;
  let temporary: string;
  /** Processes whose containers are ours to count. */
  const owners = [process.pid];

  beforeAll(async () => {
    temporary = mkdtempSync(join(tmpdir(), 'millrace-launcher-'));
    vi.stubEnv('TMPDIR', temporary);
    kafka = await startKafka({
      use,
      sasl: SASL,
      // Else a killed broker waits nine seconds for its own old session to end.
      properties: { 'broker.session.timeout.ms': '2000', 'message.max.bytes': '54321' },
    });
  });

  afterAll(async () => {
    await kafka.stop();
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });

  it('tells where it came from and what it was told', async () => {
    expect(kafka.how).toBe(use);
    const admin = client(kafka.brokers).admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.BROKER, name: '1', configNames: ['message.max.bytes'] }],
    });
    await admin.disconnect();
    expect(resources[0]?.configEntries[0]).toMatchObject({ configName: 'message.max.bytes', configValue: '54321' });
  });

  it('carries records, in a transaction too', async () => {
    const topic = await createTopic('launcher', { on: kafka.brokers });
    const producer = client(kafka.brokers).producer({
      transactionalId: `${topic}-writer`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ key: 'k', value: 'v' }] });
    await transaction.commit();
    await producer.disconnect();
    expect(await readValues(kafka.brokers, topic, 1)).toEqual(['v']);
  });

  it('lets in who has the credentials, and nobody else', async () => {
    const connect = async (password: string): Promise<void> => {
      const sasl = { mechanism: 'plain', username: SASL.username, password } as const;
      const admin = client(kafka.saslBrokers, sasl).admin();
      try {
        await admin.connect();
      } finally {
        await admin.disconnect();
      }
    };
    await connect(SASL.password);
    await expect(connect('wrong')).rejects.toThrow(/Authentication failed/);
  });

  it('keeps data and address when it is killed and started again', async () => {
    const topic = await createTopic('survivor', { on: kafka.brokers, partitions: 2 });
    const producer = client(kafka.brokers).producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'k', value: 'before', partition: 0 }] });
    await producer.disconnect();
    await kafka.control!.kill();
    expect((await probeBroker(kafka.brokers[0]!, 2_000)).ready).toBe(false);
    await kafka.control!.start();
    expect(await readValues(kafka.brokers, topic, 1)).toEqual(['before']);
  });

  it('freezes and goes on', async () => {
    await kafka.control!.pause();
    const frozen = await probeBroker(kafka.brokers[0]!, 500);
    await kafka.control!.resume();
    expect(frozen).toEqual({ ready: false, reason: expect.stringContaining('did not answer') as string });
    await vi.waitFor(
      async () => expect(await probeBroker(kafka.brokers[0]!, 2_000)).toMatchObject({ ready: true }),
      20_000,
    );
  });

  it('starts beside another one, and leaves nothing behind when stopped', async () => {
    const before = remains();
    const [one, two] = await Promise.all([startKafka({ use }), startKafka({ use })]);
    expect(new Set([...kafka.brokers, ...one.brokers, ...two.brokers]).size).toBe(3);
    const during = remains();
    expect(during).toHaveLength(before.length + 2);
    await Promise.all([one.stop(), two.stop(), two.stop()]);
    expect(remains()).toEqual(before);
    for (const address of [...one.brokers, ...two.brokers]) {
      expect((await probeBroker(address, 2_000)).ready).toBe(false);
    }
    expect((await probeBroker(kafka.brokers[0]!, 2_000)).ready).toBe(true);
  });

  it('ends with its parent, kill -9 included', async () => {
    const before = remains();
    const parent = await startInAnotherProcess();
    expect((await probeBroker(parent.address, 2_000)).ready).toBe(true);
    expect(remains()).toHaveLength(before.length + 1);
    parent.process.kill('SIGKILL');
    await vi.waitFor(
      async () => {
        expect((await probeBroker(parent.address, 2_000)).ready).toBe(false);
        expect(remains()).toEqual(before);
      },
      { timeout: 30_000, interval: 200 },
    );
  });

  it('says what the broker said when it does not start', async () => {
    const bad = startKafka({ use, properties: { 'listener.security.protocol.map': 'X:Y' }, startupTimeoutMs: 30_000 });
    await expect(bad).rejects.toThrow(/did not start|could not be formatted/);
  });

  /** The folders and processes, or the containers, that brokers of this file have now. */
  function remains(): string[] {
    if (use === 'java') {
      const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
      const folders = readdirSync(temporary).filter((name) => name.startsWith('millrace-kafka-'));
      return folders.flatMap((folder) => {
        const running = processes.filter((line) => line.includes('kafka.Kafka') && line.includes(folder));
        return running.length === 1 ? [folder] : [folder, `has ${running.length} processes`];
      });
    }
    return owners.flatMap((pid) => {
      const filter = `label=${OWNER_LABEL}=${pid}`;
      const ids = execFileSync('docker', ['ps', '--all', '--quiet', '--filter', filter], { encoding: 'utf8' });
      const lines = ids.split('\n').filter((id) => id !== '');
      return lines.sort();
    });
  }

  async function startInAnotherProcess(): Promise<{ process: ChildProcess; address: string }> {
    const script = join(temporary, 'parent.mts');
    const module = join(import.meta.dirname, '../../../src/local-kafka/start-kafka.ts');
    writeFileSync(
      script,
      `import { startKafka } from ${JSON.stringify(module)};
       const kafka = await startKafka({ use: ${JSON.stringify(use)} });
       console.log(kafka.brokers[0]);
       setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    owners.push(child.pid!);
    const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { process: child, address };
  }
}

function client(brokers: readonly string[], sasl?: { mechanism: 'plain'; username: string; password: string }): Kafka {
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, ...(sasl && { sasl }), retry: { retries: 8 } });
}
