import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InsteadWriter, ProducerOptions, RecordWriter } from '../../../../src/broker/port.js';
import { PRODUCER_EPOCH } from '../../../../src/broker/wire/batch/batch-header.js';
import type { ProducerSession } from '../../../../src/broker/wire/produce/producer-session.js';
import { WireProducer } from '../../../../src/broker/wire/produce/producer.js';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { FakeCluster, manyTurns } from '../fake-cluster.js';

const PRODUCE = 0;
const DESCRIBE_CONFIGS = 32;
const TRANSACTION_ABORTABLE = 120;
const PATIENCE = { timeout: 20_000 };
const OPTIONS: ProducerOptions = {
  name: 'test',
  lingerMs: 0,
  batchBytes: 8_000,
  maxBufferedBytes: 1_000_000,
  compression: 'none',
  deliveryTimeoutMs: 60_000,
};
const TRANSACTIONAL: ProducerSession = {
  transactionalId: 'tx',
  open: () => Promise.resolve({ producerId: 9, epoch: 4 }),
  after: () => Promise.resolve(null),
  admit: null,
  produceVersion: 8,
  broken: () => undefined,
};

let cluster: FakeCluster;
let producer: WireProducer;

beforeEach(() => {
  cluster = new FakeCluster();
  cluster.topic('t', 1);
  cluster.topic('dead', 1);
  cluster.log('t', 0).refuses = ({ value }) => value === 'bad';
});
afterEach(async () => {
  producer.abandon('all');
  await producer.close().catch(() => undefined);
});

async function opened(
  refused: NonNullable<ProducerOptions['refused']>,
  session?: ProducerSession,
  known = ['t', 'dead'],
): Promise<RecordWriter> {
  producer = new WireProducer(cluster.transport(), { ...OPTIONS, refused }, undefined, session);
  await producer.lookUp(known);
  return producer.writer({ name: 'a task' });
}

function put(writer: InsteadWriter, topic: string, ...values: string[]): void {
  for (const value of values) writer.append(topic, 0, Buffer.from('k'), Buffer.from(value), NO_HEADERS, 5);
}

const letter = (topic: string) => (_: unknown, __: unknown, instead: InsteadWriter) => {
  put(instead, topic, 'letter');
  return Promise.resolve();
};

function epochs(topic: string): number[] {
  return cluster.log(topic, 0).batches.map((batch) => batch.readInt16BE(PRODUCER_EPOCH));
}

describe('what is written instead of a record', () => {
  it('belongs to the transaction of the record, before what waits for the next one', async () => {
    const writer = await opened(letter('dead'), TRANSACTIONAL);
    put(writer, 't', 'a', 'bad');
    put(writer, 'dead', 'before');
    const cut = producer.cut();
    put(writer, 'dead', 'after');
    put(writer, 't', 'b');
    await cut;
    expect(cluster.log('dead', 0).values).toEqual(['before', 'letter']);
    expect(producer.writtenAt).not.toBeNull();
    producer.next({ producerId: 9, epoch: 5 });
    await producer.cut();
    expect(cluster.log('dead', 0).values).toEqual(['before', 'letter', 'after']);
    expect(cluster.log('t', 0).values).toEqual(['a', 'b']);
    expect(epochs('dead')).toEqual([4, 4, 5]);
    expect(producer.bufferedBytes).toBe(0);
  });

  it('makes no transaction of its own after the cut', async () => {
    const writer = await opened(letter('dead'), TRANSACTIONAL);
    put(writer, 't', 'bad');
    await producer.cut();
    expect(cluster.log('dead', 0).values).toEqual(['letter']);
    expect(producer.writtenAt).toBeNull();
  });

  it('may go to a topic that has to be looked up, while the transaction is being ended', async () => {
    cluster.topic('odd', 1);
    const refused: ProducerOptions['refused'] = async (_, __, instead) => {
      expect(instead.partitionCount('odd')).toBe(0);
      await instead.lookUp(['odd']);
      put(instead, 'odd', 'letter');
    };
    const writer = await opened(refused, TRANSACTIONAL);
    put(writer, 't', 'bad');
    await producer.cut();
    expect(cluster.log('odd', 0).values).toEqual(['letter']);
    expect(epochs('odd')).toEqual([4]);
  });

  it('may go to the very partition that refused the record', async () => {
    const writer = await opened(letter('t'), TRANSACTIONAL);
    put(writer, 't', 'a', 'bad', 'b');
    await producer.cut();
    expect(cluster.log('t', 0).values).toEqual(['a', 'b', 'letter']);
  });

  it('is given up with the transaction', async () => {
    let decide = (): void => undefined;
    const asked = new Promise<InsteadWriter>((told) => {
      void opened(async (_, __, instead) => {
        told(instead);
        await new Promise<void>((resolve) => (decide = resolve));
        put(instead, 'dead', 'letter');
      }, TRANSACTIONAL).then((writer) => put(writer, 't', 'bad'));
    });
    await asked;
    producer.discard();
    decide();
    await manyTurns();
    expect(cluster.log('dead', 0).values).toEqual([]);
  });

  it('is not asked for when the transaction is lost before it is known what is wrong', async () => {
    cluster.log('t', 0).mostBytes = 500;
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    let describing = false;
    cluster.fault = ({ apiKey }) => {
      if (apiKey !== DESCRIBE_CONFIGS) return null;
      describing = true;
      return { until };
    };
    let asked = 0;
    const writer = await opened(() => Promise.resolve(void (asked += 1)), TRANSACTIONAL);
    put(writer, 't', 'x'.repeat(1_000));
    await vi.waitFor(() => expect(describing).toBe(true), PATIENCE);
    producer.discard();
    release();
    await manyTurns();
    expect(asked).toBe(0);
  });

  it('is refused, not forgotten, when the transaction is lost while it is asked for', async () => {
    let fails = (): void => undefined;
    const failing = new Promise<void>((resolve) => (fails = resolve));
    let told: unknown = null;
    const refused: ProducerOptions['refused'] = async (_, __, instead) => {
      await failing;
      try {
        put(instead, 'dead', 'letter');
      } catch (error) {
        told = error;
        throw error;
      }
    };
    // As the broker ends a transaction that is open for too long.
    cluster.topic('other', 1);
    const writer = await opened(refused, TRANSACTIONAL, ['t', 'dead', 'other']);
    put(writer, 't', 'bad');
    await manyTurns();
    cluster.fault = ({ apiKey }) => (apiKey === PRODUCE ? { code: TRANSACTION_ABORTABLE } : null);
    put(writer, 'other', 'x');
    await expect(producer.flush()).rejects.toMatchObject({ class: 'abortable' });
    fails();
    await vi.waitFor(() => expect(told).toMatchObject({ class: 'abortable' }), PATIENCE);
    expect(cluster.log('dead', 0).values).toEqual([]);
  });

  it('is waited for by the flush of every writer, also one that begins later', async () => {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    cluster.log('dead', 0).leader = 2;
    cluster.fault = ({ apiKey, node }) => (apiKey === PRODUCE && node === 2 ? { until } : null);
    const writer = await opened(letter('dead'));
    const done: string[] = [];
    put(writer, 't', 'bad', 'a');
    const first = writer.flush().then(() => done.push('first'));
    // It begins again after a pause.
    await vi.waitFor(() => expect(cluster.log('t', 0).values).toEqual(['a']), PATIENCE);
    put(writer, 't', 'b');
    const second = writer.flush().then(() => done.push('second'));
    await vi.waitFor(() => expect(cluster.log('t', 0).values).toEqual(['a', 'b']), PATIENCE);
    await manyTurns();
    expect(done).toEqual([]);
    release();
    await Promise.all([first, second]);
    expect(cluster.log('dead', 0).values).toEqual(['letter']);
  });

  it('is not asked about when it is refused itself: that is the end', async () => {
    cluster.log('dead', 0).refuses = () => true;
    let asked = 0;
    const writer = await opened((_, __, instead) => {
      asked += 1;
      return letter('dead')(_, __, instead);
    });
    put(writer, 't', 'bad');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'PRODUCTION_FAILED', topic: 'dead' });
    expect(asked).toBe(1);
  });
});
