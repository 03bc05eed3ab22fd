/** Transactions on a real broker, under both versions of their protocol, and what becomes of those that are not committed. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import type { CommittedOffset, OffsetTransaction, RecordWriter, TransactionalOptions } from '../../src/broker/port.js';
import type { Transport, WireRequest } from '../../src/broker/transport.js';
import { ByteWriter } from '../../src/broker/wire/byte-writer.js';
import { offsetFetchRequest, readOffsetFetch } from '../../src/broker/wire/group/offsets-codec.js';
import {
  readTransactionOffsets,
  transactionOffsetsRequest,
} from '../../src/broker/wire/transaction/transaction-codec.js';
import { WireTransactions } from '../../src/broker/wire/transaction/transactional-producer.js';
import { BrokerError } from '../../src/errors/broker-error.js';
import { silentLogger } from '../../src/observe/logger.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { DataClients, intercepted } from './data-fixture.js';
import { brokers, createTopic, ownKafka, uniqueName } from './kafka.js';

const END_TXN = 26;
const INIT = 22;
/** A broker as they were before Kafka 4.0, as far as transactions go. */
let old: RunningKafka;
beforeAll(async () => {
  old = await ownKafka({ features: { 'transaction.version': 0 } });
}, 180_000);
afterAll(() => old.stop());

type Around = (transport: Transport) => Transport;

class Client {
  readonly broken: BrokerError[] = [];
  readonly seen: WireRequest[] = [];
  readonly producer: WireTransactions;
  readonly transactionalId: string;
  private writers: RecordWriter | null = null;

  constructor(
    readonly on: readonly string[],
    readonly topic: string,
    options: Partial<TransactionalOptions> = {},
    around: Around = (transport) => transport,
  ) {
    this.transactionalId = options.transactionalId ?? uniqueName('tx');
    const open = kafkajsTransports({ brokers: [...on] }, silentLogger);
    this.producer = new WireTransactions(
      (role) => {
        const transport = open(uniqueName(role));
        return around(
          intercepted(transport, (node, request) => {
            this.seen.push(request);
            return transport.request(node, request);
          }),
        );
      },
      {
        name: 'test',
        lingerMs: 0,
        batchBytes: 16_384,
        maxBufferedBytes: 1e6,
        compression: 'none',
        deliveryTimeoutMs: 60_000,
        transactionTimeoutMs: 10_000,
        broken: (error) => this.broken.push(error),
        ...options,
        transactionalId: this.transactionalId,
      },
      silentLogger,
    );
  }

  async begin(): Promise<this> {
    await this.producer.begin();
    await this.producer.lookUp([this.topic]);
    return this;
  }

  append(...values: string[]): void {
    this.writers ??= this.producer.writer({ name: 'the test' });
    for (const value of values) this.writers.append(this.topic, 0, null, Buffer.from(value), NO_HEADERS, Date.now());
  }

  async restart(): Promise<string> {
    const outcome = await this.producer.restart();
    this.writers = null;
    return outcome;
  }

  async commit(offsets: readonly CommittedOffset[] = [], group = 'none'): Promise<string> {
    await this.producer.cut();
    return this.producer.commit(offsets, {
      identity: () => ({ groupId: group, generation: -1, memberId: '', instanceId: null }),
      commit: (ours, transaction) => this.commitOffsets(ours, group, transaction as OffsetTransaction),
    });
  }

  /** As a client without a group may: the protection of a member is tested with whole applications. */
  private async commitOffsets(
    offsets: readonly CommittedOffset[],
    groupId: string,
    transaction: OffsetTransaction,
  ): Promise<void> {
    const transport = kafkajsTransports({ brokers: [...this.on] }, silentLogger)('offsets');
    try {
      await transport.connect();
      const member = { groupId, generation: -1, memberId: '', instanceId: null };
      // The coordinator of a broker that has just started is not there at once.
      await vi.waitFor(
        async () => {
          const node = await transport.coordinatorOf(groupId, 'group');
          const request = transactionOffsetsRequest(transaction, member, offsets);
          readTransactionOffsets(await transport.request(node, request), groupId);
        },
        { timeout: 30_000, interval: 50 },
      );
    } finally {
      await transport.close();
    }
  }
}

async function committedValues(on: readonly string[], topic: string): Promise<(string | null)[]> {
  const clients = new DataClients(on);
  try {
    return (await clients.readToEnd(topic)).records.map(({ value }) => value);
  } finally {
    await clients.close();
  }
}

async function committedOffset(on: readonly string[], groupId: string, topic: string): Promise<number | undefined> {
  const transport = kafkajsTransports({ brokers: [...on] }, silentLogger)('offsets');
  try {
    await transport.connect();
    const node = await transport.coordinatorOf(groupId, 'group');
    const request = offsetFetchRequest(groupId, [{ topic, partition: 0 }], true);
    return await vi.waitFor(async () => readOffsetFetch(await transport.request(node, request), groupId)[0]?.offset, {
      timeout: 10_000,
      interval: 20,
    });
  } finally {
    await transport.close();
  }
}

describe.each([
  { version: 2, broker: () => brokers() },
  { version: 0, broker: () => old.brokers },
])('a transaction under transaction.version $version', ({ version, broker }) => {
  it('shows records and offsets when it is committed, and what follows after the next commit only', async () => {
    const on = broker();
    const topic = await createTopic('tx', { on });
    const group = uniqueName('group');
    const client = await new Client(on, topic).begin();
    client.append('a', 'b');
    const flushing = client.producer.cut();
    client.append('next');
    await flushing;
    expect(await committedValues(on, topic)).toEqual([]);
    client.producer.cut().catch(() => undefined);
    await client.producer.close();

    const other = await new Client(on, topic).begin();
    other.append('c', 'd');
    expect(await other.commit([{ topic, partition: 0, offset: 17, metadata: 'm' }], group)).toBe('committed');
    expect(
      await vi.waitFor(async () => {
        const values = await committedValues(on, topic);
        expect(values).toHaveLength(2);
        return values;
      }),
    ).toEqual(['c', 'd']);
    expect(await committedOffset(on, group, topic)).toBe(17);
    for (let round = 0; round < 5; round++) {
      other.append(`e${String(round)}`);
      expect(await other.commit()).toBe('committed');
    }
    await vi.waitFor(async () =>
      expect(await committedValues(on, topic)).toEqual(['c', 'd', 'e0', 'e1', 'e2', 'e3', 'e4']),
    );
    expect(other.seen.some(({ apiName }) => apiName === 'AddPartitionsToTxn')).toBe(version < 2);
    expect(other.seen.filter(({ apiName }) => apiName === 'EndTxn').map(({ apiVersion }) => apiVersion)).toEqual(
      Array(6).fill(version < 2 ? 3 : 5),
    );
    await other.producer.close();
  });

  it('writes nothing for what is empty', async () => {
    const on = broker();
    const topic = await createTopic('tx-empty', { on });
    const client = await new Client(on, topic).begin();
    expect(await client.commit()).toBe('committed');
    expect(client.seen.some(({ apiKey }) => apiKey === END_TXN)).toBe(false);
    await client.producer.close();
  });

  it('is committed once when the answer to its end is lost', async () => {
    const on = broker();
    const topic = await createTopic('tx-lost', { on });
    let ends = 0;
    const client = await new Client(on, topic, {}, (transport) =>
      intercepted(transport, async (node, request) => {
        const answer = await transport.request(node, request);
        if (request.apiKey === END_TXN && ++ends <= 2) throw new BrokerError('retriable', 'the answer was lost');
        return answer;
      }),
    ).begin();
    client.append('a');
    expect(await client.commit()).toBe('committed');
    client.append('b');
    expect(await client.commit()).toBe('committed');
    await vi.waitFor(async () => expect(await committedValues(on, topic)).toEqual(['a', 'b']));
    expect(client.broken).toEqual([]);
    await client.producer.close();
  });

  it('is aborted by the time-out of the broker, and told from a fence where brokers tell, and the next one is committed', async () => {
    const on = broker();
    const topic = await createTopic('tx-late', { on });
    const client = await new Client(on, topic, { transactionTimeoutMs: 1_000 }).begin();
    client.append('lost');
    await client.producer.cut();
    const clients = new DataClients(on);
    // The broker looks for transactions to abort every 10 s.
    await vi.waitFor(
      async () => {
        const { endOffset } = await clients.readToEnd(topic);
        expect(endOffset).toBe(2);
      },
      { timeout: 40_000, interval: 500 },
    );
    await clients.close();
    const outcome = await client.producer.commit([], { identity: () => null, commit: () => Promise.resolve() });
    // Brokers that speak version 1 do not tell.
    expect(outcome).toBe(version < 2 ? 'fenced' : 'aborted');
    expect(client.broken).toHaveLength(1);
    await client.restart();
    client.append('kept');
    expect(await client.commit()).toBe('committed');
    await vi.waitFor(async () => expect(await committedValues(on, topic)).toEqual(['kept']));
    await client.producer.close();
  }, 60_000);

  it('is aborted by whoever takes over its id, and says fenced', async () => {
    const on = broker();
    const topic = await createTopic('tx-fenced', { on });
    const first = await new Client(on, topic).begin();
    first.append('lost');
    await first.producer.cut();
    const second = await new Client(on, topic, { transactionalId: first.transactionalId }).begin();
    second.append('kept');
    expect(await second.commit()).toBe('committed');
    const outcome = await first.producer.commit([], { identity: () => null, commit: () => Promise.resolve() });
    expect(outcome).toBe('fenced');
    expect(first.broken).toHaveLength(1);
    await vi.waitFor(async () => expect(await committedValues(on, topic)).toEqual(['kept']));
    await second.producer.close();
    await first.producer.close();
  });

  it('tells of a fence that its records meet, and drops what is appended then', async () => {
    const on = broker();
    const topic = await createTopic('tx-fenced', { on });
    const first = await new Client(on, topic).begin();
    first.append('a');
    expect(await first.commit()).toBe('committed');
    const second = await new Client(on, topic, { transactionalId: first.transactionalId }).begin();
    first.append('lost');
    await vi.waitFor(() => expect(first.broken).toHaveLength(1), { timeout: 20_000 });
    first.append('dropped');
    expect(await first.restart()).toBe('fenced');
    first.append('b');
    expect(await first.commit()).toBe('committed');
    await vi.waitFor(async () => expect(await committedValues(on, topic)).toEqual(['a', 'b']));
    await first.producer.close();
    await second.producer.close();
  });

  it('is ended at once when the producer is closed in its midst', async () => {
    const on = broker();
    const topic = await createTopic('tx-closed', { on });
    const client = await new Client(on, topic).begin();
    client.append('lost');
    await client.producer.cut();
    await client.producer.close();
    const clients = new DataClients(on);
    await vi.waitFor(async () => expect((await clients.readToEnd(topic)).endOffset).toBe(2), { timeout: 5_000 });
    await clients.close();
    expect(await committedValues(on, topic)).toEqual([]);
  });

  it('begins with a look at who was there before', async () => {
    const on = broker();
    const topic = await createTopic('tx-begin', { on });
    const client = await new Client(on, topic).begin();
    expect(client.seen.filter(({ apiKey }) => apiKey === INIT)).toHaveLength(1);
    await client.producer.close();
  });
});

it('goes over to version 2 without a restart once the cluster has agreed on it', async () => {
  const on = old.brokers;
  const topic = await createTopic('tx-up', { on });
  const client = await new Client(on, topic).begin();
  client.append('0');
  expect(await client.commit()).toBe('committed');
  const transport = kafkajsTransports({ brokers: on }, silentLogger)('admin');
  await transport.connect();
  const feature = new ByteWriter().int32(30_000);
  feature.compactArray(['transaction.version'], (name) => feature.compactString(name).int16(2).boolean(false).noTags());
  await transport.request(await transport.anyNode(), {
    apiKey: 57,
    apiVersion: 0,
    apiName: 'UpdateFeatures',
    body: feature.noTags().finish(),
    flexible: true,
  });
  await transport.close();
  let commits = 1;
  await vi.waitFor(
    async () => {
      client.append(String(commits++));
      expect(await client.commit()).toBe('committed');
      expect(client.seen.at(-1)).toMatchObject({ apiKey: END_TXN, apiVersion: 5 });
    },
    { timeout: 60_000, interval: 100 },
  );
  client.append('last');
  expect(await client.commit()).toBe('committed');
  expect(client.broken).toEqual([]);
  await vi.waitFor(async () =>
    expect(await committedValues(on, topic)).toEqual([...Array.from({ length: commits }, (_, i) => String(i)), 'last']),
  );
  await client.producer.close();
}, 90_000);
