/** Aborted transactions on a real broker: the cases in which Kafka clients for Node were seen to leak them. */
import type { Producer, Transaction } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataClients, follow, type ReadRecord } from './data-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const clients = new DataClients();
afterAll(() => clients.close());

/** An int32 key 0, the bytes of which are those of an abort marker's key. */
const KEY_ZERO = Buffer.alloc(4);
const LARGE = 40;

let topic: string;
/** Everything in the log but the markers, by a reader of another kind. */
let everything: ReadRecord[];

beforeAll(async () => {
  topic = await createTopic('committed');
  const producers: Producer[] = [];
  const open = async (): Promise<Producer> => {
    const transactionalId = uniqueName('tx');
    const producer = plainClient().producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    producers.push(producer);
    return producer;
  };
  const send = async (to: Transaction | Producer, value: string, key: Buffer | null = null): Promise<void> => {
    await to.send({ topic, messages: [{ partition: 0, key, value }] });
  };
  const [one, two, three] = [await open(), await open(), await open()];

  // Overlapping; the one that began first ends last, so the broker lists them against their order in the log.
  const first = await one.transaction();
  await send(first, 'lost one');
  const second = await two.transaction();
  await send(second, 'lost two');
  const third = await three.transaction();
  await send(third, 'kept three');
  await send(first, 'lost one again');
  await second.abort();
  await send(first, 'lost after the abort of two');
  const fourth = await two.transaction();
  await send(fourth, 'kept two');
  await first.abort();
  await fourth.commit();
  await third.commit();

  // Keys that look like markers, in an aborted and in a committed one.
  const fifth = await one.transaction();
  await send(fifth, 'lost zero', KEY_ZERO);
  await send(fifth, 'lost behind zero');
  await fifth.abort();
  const sixth = await one.transaction();
  await send(sixth, 'kept zero', KEY_ZERO);
  await sixth.commit();

  // Several aborted ones of one producer in a row.
  for (let i = 0; i < 3; i++) {
    const again = await two.transaction();
    await send(again, `lost repeat ${i}`);
    await again.abort();
  }

  // Larger than a fetch.
  const large = await three.transaction();
  for (let i = 0; i < LARGE; i++) await send(large, `lost large ${i}`.padEnd(200));
  await large.abort();
  const last = await three.transaction();
  await send(last, 'kept last');
  await last.commit();

  for (const producer of producers) await producer.disconnect();
  everything = (await clients.readToEnd(topic, { isolation: 'uncommitted' })).records;
}, 120_000);

function kept(from = 0): (string | null)[] {
  return everything
    .filter(({ offset, value }) => offset >= from && value?.startsWith('kept') === true)
    .map(({ value }) => value);
}

describe('reading committed', () => {
  it('has all cases in the log', () => {
    expect(everything.filter(({ value }) => value?.startsWith('lost') === true)).toHaveLength(4 + 2 + 3 + LARGE);
    expect(kept()).toEqual(['kept three', 'kept two', 'kept zero', 'kept last']);
  });

  it.each([1e6, 3000, 300])('hides every aborted record with fetches of %i bytes', async (maxPartitionBytes) => {
    const { records, nextOffset, endOffset } = await clients.readToEnd(topic, { maxPartitionBytes });
    expect(records.map(({ value }) => value)).toEqual(kept());
    // The last thing in the log is a marker: the position is behind it nevertheless.
    expect(nextOffset).toBe(endOffset);
    expect(nextOffset).toBe(everything.at(-1)!.offset + 2);
  });

  it('hides them from whatever offset it starts, in the middle of one and at markers', async () => {
    const end = everything.at(-1)!.offset + 2;
    const markers = new Set(Array.from({ length: end }, (_, offset) => offset));
    for (const { offset } of everything) markers.delete(offset);
    expect(markers.size).toBe(11);
    const reader = clients.reader({ maxWaitMs: 20 });
    for (let from = 0; from < end; from++) {
      reader.assign([{ topic, partition: 0, offset: from }]);
      const { records, nextOffset } = await follow(reader, { topic, partition: 0 }, from);
      expect(
        records.map(({ value }) => value),
        `from ${from}`,
      ).toEqual(kept(from));
      expect(nextOffset).toBe(end);
    }
  });

  it('stops before a transaction that is open, and goes on when it ends', async () => {
    const own = await createTopic('open');
    const producer = plainClient().producer({
      transactionalId: uniqueName('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.send({ topic: own, messages: [{ value: 'open' }] });
      const before = await clients.readToEnd(own);
      expect(before).toEqual({ records: [], nextOffset: 0, endOffset: 0 });
      const uncommitted = await clients.readToEnd(own, { isolation: 'uncommitted' });
      expect(uncommitted).toMatchObject({ records: [{ value: 'open' }], endOffset: 1 });
      await transaction.commit();
      await expect.poll(async () => (await clients.readToEnd(own)).records.map(({ value }) => value)).toEqual(['open']);
    } finally {
      await producer.disconnect();
    }
  });
});
