/** Positions in real logs that have holes: deleted at the front, compacted anywhere. */
import { afterAll, describe, expect, it } from 'vitest';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import type { ReaderEvent } from '../../src/broker/port.js';
import { WireAdmin } from '../../src/broker/wire/admin/wire-admin.js';
import { RECORD_COUNT, LAST_OFFSET_DELTA, batchSize } from '../../src/broker/wire/batch/batch-header.js';
import { scanBatches } from '../../src/broker/wire/batch/scan-batches.js';
import { fetchRequest, readFetch } from '../../src/broker/wire/fetch/fetch-codec.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { silentLogger } from '../../src/observe/logger.js';
import { DataClients, append, writerOf } from './data-fixture.js';
import { brokers, createTopic, ownKafka, plainClient, uniqueName } from './kafka.js';

const clients = new DataClients();
const admin = new WireAdmin(kafkajsTransports({ brokers: brokers() }, silentLogger));
afterAll(async () => {
  await clients.close();
  await admin.close();
});

describe('out of range', () => {
  it('is an event after the records were deleted, and touches no group', async () => {
    const topic = await createTopic('deleted');
    const producer = clients.producer();
    await producer.lookUp([topic]);
    for (let i = 0; i < 10; i++) append(producer, topic, `${i}`);
    await producer.flush();
    const groupId = uniqueName('group');
    const witness = plainClient().admin();
    await witness.connect();
    try {
      await witness.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] });
      await admin.deleteRecords([{ topic, partition: 0, offset: 6 }]);
      for (const offset of [2, 5, 11]) {
        const reader = clients.reader();
        reader.assign([{ topic, partition: 0, offset }]);
        const events: ReaderEvent[] = [];
        await expect
          .poll(async () => {
            await reader.wait(100);
            events.push(...reader.events());
            return events;
          })
          .toEqual([{ type: 'out-of-range', topic, partition: 0, offset, logStart: 6, logEnd: 10 }]);
        expect(reader.poll()).toEqual([]);
        await reader.close();
      }
      expect(await witness.fetchOffsets({ groupId, topics: [topic] })).toMatchObject([
        { partitions: [{ partition: 0, offset: '2' }] },
      ]);
      expect((await clients.readToEnd(topic, { from: 6 })).records.map(({ value }) => value)).toEqual([
        '6',
        '7',
        '8',
        '9',
      ]);
      // Both ends are within the log.
      expect((await clients.readToEnd(topic, { from: 10 })).records).toEqual([]);
    } finally {
      await witness.disconnect();
    }
  });

  it('is no event for a topic that does not exist: that is another one', async () => {
    const topic = uniqueName('absent');
    const reader = clients.reader();
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    const events: ReaderEvent[] = [];
    await expect
      .poll(
        async () => {
          await reader.wait(100);
          events.push(...reader.events());
          return events;
        },
        { timeout: 20_000 },
      )
      .toEqual([
        { type: 'doubtful-topic', topic, partition: 0 },
        { type: 'unknown-topic', topic, partition: 0 },
      ]);
  });
});

describe('a compacted changelog', () => {
  it('is read to its end, over emptied batches and gaps at the tail of batches', async () => {
    const kafka = await ownKafka({ properties: { 'log.cleaner.backoff.ms': '200' } });
    const own = new DataClients(kafka.brokers);
    try {
      const topic = await createTopic('compacted', {
        on: kafka.brokers,
        config: {
          'cleanup.policy': 'compact',
          'segment.ms': '100',
          'min.cleanable.dirty.ratio': '0.001',
          'min.compaction.lag.ms': '0',
          'delete.retention.ms': '0',
        },
      });
      /** One batch by a producer of its own: the broker keeps the head of a producer's last batch, even without records. */
      const batch = async (...records: readonly (readonly [key: string, value: string])[]): Promise<void> => {
        const producer = own.producer({ name: 'own', lingerMs: 1000 });
        await producer.lookUp([topic]);
        for (const [key, value] of records) {
          writerOf(producer).append(topic, 0, Buffer.from(key), Buffer.from(value), NO_HEADERS, Date.now());
        }
        await producer.close();
      };
      await batch(['a', '1'], ['b', '1'], ['c', '1']); // emptied
      await batch(['d', '1'], ['a', '2'], ['b', '2']); // d stays, a gap follows
      await batch(['a', '3'], ['b', '3'], ['c', '3']);
      await batch(['x', '1'], ['y', '1']); // emptied, at the end of what is cleaned
      const heads = async (): Promise<[count: number, span: number][]> => headsOf(own, topic);
      // Segments roll when something is appended after their time: the active one is not cleaned.
      await expect
        .poll(
          async () => {
            await batch(['x', 'new'], ['y', 'new']);
            const counts = await heads();
            return [counts.some(([count]) => count === 0), counts.some(([count, span]) => count > 0 && span > count)];
          },
          { timeout: 60_000, interval: 500 },
        )
        .toEqual([true, true]);
      // Aborted records at the very end: nothing is shown there, but the position passes them.
      await abortedTransaction(kafka.brokers, topic);
      // The broker answers before it writes the marker, and until then the last stable offset is before the transaction.
      const behind = async (): Promise<number> => {
        const logEnd = (await own.readToEnd(topic, { isolation: 'uncommitted' })).endOffset;
        return logEnd - (await own.readToEnd(topic)).endOffset;
      };
      await expect.poll(behind, { timeout: 30_000 }).toBe(0);
      for (const maxPartitionBytes of [1e6, 1]) {
        const { records, nextOffset, endOffset } = await own.readToEnd(topic, { maxPartitionBytes });
        const table = new Map(records.map(({ key, value }) => [key, value]));
        expect(Object.fromEntries(table)).toEqual({ a: '3', b: '3', c: '3', d: '1', x: 'new', y: 'new' });
        expect(nextOffset).toBe(endOffset);
        expect(records.at(-1)!.offset).toBeLessThan(endOffset - 1);
      }
    } finally {
      await own.close();
      await kafka.stop();
    }
  }, 120_000);
});

/** Of each batch in the log, how many records it has and over how many offsets it reaches. */
async function headsOf(clients: DataClients, topic: string): Promise<[count: number, span: number][]> {
  const transport = clients.transport();
  try {
    await transport.refresh([topic]);
    const limits = { committed: false, maxWaitMs: 0, maxBytes: 1e6, maxPartitionBytes: 1e6 };
    const request = fetchRequest([{ topic, partition: 0, fetchOffset: 0 }], limits);
    const { records } = readFetch(await transport.request(transport.leaderOf(topic, 0), request)).partitions[0]!;
    const heads: [number, number][] = [];
    const { end } = scanBatches(records, 0, records.length);
    for (let at = 0; at < end; at += batchSize(records, at)) {
      heads.push([records.readInt32BE(at + RECORD_COUNT), records.readInt32BE(at + LAST_OFFSET_DELTA) + 1]);
    }
    return heads;
  } finally {
    await transport.close();
  }
}

async function abortedTransaction(on: readonly string[], topic: string): Promise<void> {
  const producer = plainClient(on).producer({
    transactionalId: uniqueName('tx'),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ partition: 0, key: 'a', value: 'aborted' }] });
  await transaction.abort();
  await producer.disconnect();
}
