/** What a broker kept is there for the next one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/local-kafka/find-program.js';
import type { RunningKafka } from '../../../src/local-kafka/options.js';
import { startKafka } from '../../../src/local-kafka/start-kafka.js';
import { plainClient, readValues } from '../kafka.js';

const java = (await findProgram('java', ['JAVA_HOME'])) !== undefined && (await findProgram('mvn')) !== undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'millrace-kept-'));
let kafka: RunningKafka | undefined;
afterAll(async () => {
  await kafka?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.skipIf(!java && process.env.MILLRACE_TEST_KAFKA !== 'java')('a broker whose data is kept', () => {
  it('has its topics and records after it was stopped', { timeout: 180_000 }, async () => {
    kafka = await startKafka({ use: 'java', dataDir });
    const admin = plainClient(kafka.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    const producer = plainClient(kafka.brokers).producer();
    await producer.connect();
    await producer.send({ topic: 'kept', messages: [{ value: 'still here' }] });
    await producer.disconnect();
    await kafka.stop();
    kafka = await startKafka({ use: 'java', dataDir });
    expect(await readValues(kafka.brokers, 'kept', 1)).toEqual(['still here']);
  });
});
