import { describe, expect, it } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory/memory-broker.js';
import type { BatchProducer } from '../../src/broker/port.js';
import { readConfig } from '../../src/config.js';
import { silentLogger } from '../../src/observe/logger.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
import { OutsideLetters } from '../../src/worker/outside-letters.js';

const LETTER = { topic: 'dead', key: null, value: Buffer.from('v'), headers: [], timestamp: 5 };

function letters(open: () => BatchProducer): { letters: OutsideLetters; errors: string[] } {
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => errors.push(message) };
  const config = readConfig({ applicationId: 'app', kafka: { brokers: ['host:1'] }, logger });
  const outside = new OutsideLetters({
    client: { producer: open },
    config,
    defaultPartition: new DefaultPartition(() => 0),
  });
  return { letters: outside, errors };
}

describe('OutsideLetters', () => {
  it('opens a producer for the first letter, and has written all before it is closed', async () => {
    const producer = new MemoryBroker().producer();
    let opened = 0;
    const { letters: outside, errors } = letters(() => {
      opened += 1;
      return producer;
    });
    await outside.close(1_000);
    expect(opened).toBe(0);
    outside.add(LETTER);
    outside.add({ ...LETTER, value: Buffer.from('w') });
    await outside.close(1_000);
    expect(opened).toBe(1);
    expect(producer.takeWritten().map(({ value }) => String(value))).toEqual(['v', 'w']);
    expect(errors).toEqual([]);
  });

  it('tells of a letter that cannot be written, and goes on with a new producer', async () => {
    const producer = new MemoryBroker().producer();
    const broken: BatchProducer = {
      bufferedBytes: 0,
      writer: () => producer.writer(),
      flush: () => producer.flush(),
      resume: () => undefined,
      partitionCount: () => 1,
      lookUp: () => Promise.reject(new Error('no such topic')),
      abandon: () => undefined,
      close: () => Promise.resolve(),
    };
    const producers = [broken, producer];
    const { letters: outside, errors } = letters(() => producers.shift() as BatchProducer);
    outside.add(LETTER);
    outside.add(LETTER);
    await outside.close(1_000);
    expect(errors).toEqual(['a dead letter could not be written to dead: Error: no such topic']);
    expect(producer.takeWritten()).toHaveLength(1);
  });

  it('waits no longer than it may', async () => {
    const producer = new MemoryBroker().producer();
    const stuck: BatchProducer = {
      bufferedBytes: 0,
      writer: () => producer.writer(),
      partitionCount: () => 1,
      flush: () => producer.flush(),
      resume: () => undefined,
      lookUp: () => new Promise(() => undefined),
      abandon: () => undefined,
      close: () => Promise.resolve(),
    };
    const { letters: outside, errors } = letters(() => stuck);
    outside.add(LETTER);
    await outside.close(20);
    expect(errors).toEqual(['1 dead letters were not written in time']);
  });
});
