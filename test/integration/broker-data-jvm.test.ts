/** What Java writes we read, and the other way round: every codec, headers, and the choice of partitions. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compression } from '../../src/broker/port.js';
import { murmur2Partition } from '../../src/broker/wire/murmur2.js';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { cacheFolder, kafkaJars } from '../../src/local-kafka/kafka-jars.js';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import type { Headers } from '../../src/record/headers.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { DataClients, writerOf } from './data-fixture.js';
import { brokers, createTopic } from './kafka.js';

const CODECS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** Enough for several blocks of every codec in one batch. */
const COUNT = 3000;
const WITNESS = fileURLToPath(new URL('jvm/WireWitness.java', import.meta.url));

const java = await findProgram('java', ['JAVA_HOME']);
const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
const ready = java !== undefined && (maven !== undefined || existsSync(join(cacheFolder(), `kafka-${KAFKA_VERSION}`)));

const clients = new DataClients();
afterAll(() => clients.close());

async function witness(...args: string[]): Promise<string> {
  const jars = await kafkaJars(KAFKA_VERSION, () => undefined);
  const { stdout } = await promisify(execFile)(java!, ['-Xmx256m', '-cp', join(jars, '*'), WITNESS, ...args], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 100_000,
  });
  return stdout;
}

const valueOf = (i: number): string | null => (i % 10 === 9 ? null : `value ${i}${' of many'.repeat(5)}`);
const headersOf = (i: number): Headers =>
  i % 4 !== 0
    ? NO_HEADERS
    : [
        ['n', Buffer.from(`${i}`)],
        ['empty', null],
        ['n', Buffer.from('again')],
      ];

// Java and Kafka's jars are there where the broker is a local one; a container alone does not have them.
describe.skipIf(!ready)('Java and Millrace', () => {
  describe('what Java wrote', () => {
    const topics = new Map<Compression, string>();
    const PARTITIONS = 7;

    beforeAll(async () => {
      for (const codec of CODECS) topics.set(codec, await createTopic(`java-${codec}`, { partitions: PARTITIONS }));
      const targets = [...topics].map(([codec, topic]) => `${codec}=${topic}`);
      await witness('produce', brokers().join(), String(COUNT), ...targets);
    }, 120_000);

    it.each(CODECS)('with %s is read, from the partitions where it belongs', async (codec) => {
      const records = [];
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const read = await clients.readToEnd(topics.get(codec)!, { partition });
        for (const record of read.records) {
          expect(murmur2Partition(Buffer.from(record.key!), PARTITIONS)).toBe(partition);
          records.push(record);
        }
      }
      records.sort((a, b) => a.timestamp - b.timestamp);
      expect(records.map(({ key, value, headers, timestamp }) => ({ key, value, headers, timestamp }))).toEqual(
        Array.from({ length: COUNT }, (_, i) => ({
          key: `key-${i}`,
          value: valueOf(i),
          headers: headersOf(i),
          timestamp: 1_700_000_000_000 + i,
        })),
      );
    });
  });

  describe('what we wrote', () => {
    const topics = new Map<Compression, string>();
    const lines = new Map<string, string[]>();

    beforeAll(async () => {
      for (const compression of CODECS) {
        const topic = await createTopic(`ours-${compression}`);
        topics.set(compression, topic);
        const producer = clients.producer({ compression, batchBytes: 200_000, lingerMs: 200 });
        await producer.lookUp([topic]);
        for (let i = 0; i < COUNT; i++) {
          const value = valueOf(i);
          const bytes = value === null ? null : Buffer.from(value);
          writerOf(producer).append(topic, 0, Buffer.from(`key-${i}`), bytes, headersOf(i), 1_700_000_000_000 + i);
        }
        await producer.flush();
      }
      const output = await witness('consume', brokers().join(), String(COUNT), ...topics.values());
      for (const line of output.split('\n').slice(0, -1)) {
        const topic = line.slice(0, line.indexOf('\t'));
        const list = lines.get(topic);
        if (list === undefined) lines.set(topic, [line]);
        else list.push(line);
      }
    }, 120_000);

    it.each(CODECS)('with %s is read by Java and by us', async (compression) => {
      const topic = topics.get(compression)!;
      expect(lines.get(topic)).toEqual(
        Array.from({ length: COUNT }, (_, i) => {
          const headers = headersOf(i).map(([key, value]) => `${key}:${String(value)}`);
          return [topic, i, 1_700_000_000_000 + i, `key-${i}`, String(valueOf(i)), headers.join()].join('\t');
        }),
      );
      const { records } = await clients.readToEnd(topic);
      expect(records.map(({ value }) => value)).toEqual(Array.from({ length: COUNT }, (_, i) => valueOf(i)));
      expect(records.map(({ headers }) => headers)).toEqual(Array.from({ length: COUNT }, (_, i) => headersOf(i)));
    });
  });
});
