/** Writing exactly once on a real broker, whatever happens to the answers and to the broker. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { randomBytes } from 'node:crypto';
import { BrokerError } from '../../src/errors/broker-error.js';
import { DataClients, append, intercepted, writerOf } from './data-fixture.js';
import { createTopic, ownKafka, uniqueName } from './kafka.js';

const clients = new DataClients();
afterAll(() => clients.close());

const PRODUCE = 0;
const lost = (): BrokerError => new BrokerError('retriable', 'The answer was lost on the way');

describe('a producer', () => {
  it('writes A and B once each when the answer to A is lost while B waits', async () => {
    const topic = await createTopic('lost-answer');
    let produced = 0;
    let answerLost: (() => void) | undefined;
    const loss = new Promise<void>((resolve) => (answerLost = resolve));
    const producer = clients.producer({ lingerMs: 0 }, (transport) =>
      intercepted(transport, async (node, request) => {
        const answer = await transport.request(node, request);
        if (request.apiKey !== PRODUCE || ++produced !== 2) return answer;
        answerLost?.();
        throw lost();
      }),
    );
    await producer.lookUp([topic]);
    append(producer, topic, 'before');
    await producer.flush();
    append(producer, topic, 'A');
    const flushOfA = producer.flush();
    // The broker has A by now, the producer does not know; B is sent before it finds out.
    append(producer, topic, 'B');
    const flushOfB = producer.flush();
    await loss;
    expect((await flushOfA).lastOffset(topic, 0)).toBe(1);
    expect((await flushOfB).lastOffset(topic, 0)).toBe(2);
    expect((await clients.readToEnd(topic)).records.map(({ value }) => value)).toEqual(['before', 'A', 'B']);
    expect(produced).toBeGreaterThanOrEqual(3);
  });

  it('keeps order and count when every third answer is lost, with five requests in flight', async () => {
    const topic = await createTopic('lost-answers', { partitions: 3 });
    let produced = 0;
    const producer = clients.producer({ lingerMs: 0, batchBytes: 400 }, (transport) =>
      intercepted(transport, async (node, request) => {
        const answer = await transport.request(node, request);
        if (request.apiKey === PRODUCE && ++produced % 3 === 0) throw lost();
        return answer;
      }),
    );
    await producer.lookUp([topic]);
    for (let i = 0; i < 300; i++) append(producer, topic, `${i}`.padStart(40), i % 3);
    const flushed = await producer.flush();
    for (let partition = 0; partition < 3; partition++) {
      const { records } = await clients.readToEnd(topic, { partition });
      expect(records.map(({ value }) => Number(value))).toEqual(
        Array.from({ length: 100 }, (_, i) => i * 3 + partition),
      );
      expect(flushed.lastOffset(topic, partition)).toBe(99);
    }
    expect(produced).toBeGreaterThan(20);
  });

  it('writes each record once over a broker that is killed and starts again, and a reader follows', async () => {
    const kafka = await ownKafka({ properties: { 'broker.session.timeout.ms': '2000' } });
    const own = new DataClients(kafka.brokers);
    try {
      const topic = await createTopic('killed', { partitions: 2, on: kafka.brokers });
      const producer = own.producer({ batchBytes: 2000, lingerMs: 1 });
      await producer.lookUp([topic]);
      const reader = own.reader();
      reader.assign([0, 1].map((partition) => ({ topic, partition, offset: 0 })));
      const read: number[][] = [[], []];
      const poll = (): void => {
        for (const { partition, cursor } of reader.poll()) {
          while (cursor.next()) {
            read[partition]!.push(Number(cursor.buffer.toString('utf8', cursor.valueStart, cursor.valueEnd)));
          }
        }
      };
      let written = 0;
      const task = { stopped: false };
      const write = (async () => {
        while (!task.stopped) {
          for (let i = 0; i < 50; i++) append(producer, topic, `${written++}`, written % 2);
          await vi.waitUntil(() => !writerOf(producer).full, { timeout: 60_000 });
          poll();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      await expect.poll(() => read[0]!.length, { timeout: 20_000 }).toBeGreaterThan(500);
      await kafka.control!.kill();
      await kafka.control!.start();
      const before = read[0]!.length;
      await expect.poll(() => read[0]!.length, { timeout: 40_000 }).toBeGreaterThan(before + 500);
      task.stopped = true;
      await write;
      const flushed = await producer.flush();
      const expected = [0, 1].map((partition) =>
        Array.from({ length: written }, (_, i) => i).filter((i) => (i + 1) % 2 === partition),
      );
      for (const partition of [0, 1]) {
        const { records } = await own.readToEnd(topic, { partition });
        expect(records.map(({ value }) => Number(value))).toEqual(expected[partition]);
        expect(flushed.lastOffset(topic, partition)).toBe(expected[partition]!.length - 1);
      }
      await expect
        .poll(() => {
          poll();
          return read.map((values) => values.length);
        })
        .toEqual(expected.map((values) => values.length));
      expect(read).toEqual(expected);
    } finally {
      await own.close();
      await kafka.stop();
    }
  }, 120_000);

  it('names what is too large for the topic', async () => {
    const topic = await createTopic('small', { config: { 'max.message.bytes': '2000' } });
    const producer = clients.producer();
    await producer.lookUp([topic]);
    append(producer, topic, 'x'.repeat(3000));
    await expect(producer.flush()).rejects.toMatchObject({
      code: 'PRODUCTION_FAILED',
      class: 'fatal',
      topic,
      partition: 0,
      message: expect.stringMatching(
        /a record is larger than topic .* takes: key null, value 3000 bytes, 30\d\d bytes .* max\.message\.bytes=2000 /,
      ) as string,
    });
  });

  it.each(['none', 'zstd'] as const)('splits batches that the topic refuses, compression %s', async (compression) => {
    const topic = await createTopic('split', { partitions: 2, config: { 'max.message.bytes': '4000' } });
    const producer = clients.producer({ compression, batchBytes: 64_000, lingerMs: 1000 });
    await producer.lookUp([topic]);
    const values = Array.from({ length: 300 }, () => randomBytes(300).toString('hex'));
    for (const [i, value] of values.entries()) append(producer, topic, value, i % 2);
    const flushed = await producer.flush();
    for (const partition of [0, 1]) {
      const { records } = await clients.readToEnd(topic, { partition });
      expect(records.map(({ value }) => value)).toEqual(values.filter((_, i) => i % 2 === partition));
      expect(flushed.lastOffset(topic, partition)).toBe(149);
    }
  });

  it('says that a topic is missing', async () => {
    const producer = clients.producer();
    const topic = uniqueName('absent');
    await expect(producer.lookUp([topic])).rejects.toMatchObject({ code: 'TOPIC_MISSING', topic });
  });
});
