import { describe, expect, it, vi } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory/memory-broker.js';
import type { BatchProducer } from '../../src/broker/port.js';
import { readConfig } from '../../src/config.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
import { CommitCycle } from '../../src/worker/loop/commit-cycle.js';
import { OutsideLetters } from '../../src/worker/outside-letters.js';
import { OneTask } from '../task/one-task.js';

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
    outside.add(LETTER, null);
    outside.add({ ...LETTER, value: Buffer.from('w') }, null);
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
    outside.add(LETTER, null);
    outside.add(LETTER, null);
    await outside.close(1_000);
    expect(errors).toEqual(['a dead letter could not be written to dead: Error: no such topic']);
    expect(producer.takeWritten()).toHaveLength(1);
  });

  it('keeps those of a failure until it is the end, and writes them once', async () => {
    const producer = new MemoryBroker().producer();
    const { letters: outside } = letters(() => producer);
    const [end, another] = [new Error('the end'), new Error('made good')];
    outside.add(LETTER, end);
    outside.add({ ...LETTER, value: Buffer.from('w') }, end);
    outside.add(LETTER, another);
    await outside.close(1_000);
    expect(producer.takeWritten()).toEqual([]);
    outside.ended(end);
    // The loop and a commit may both meet it.
    outside.ended(end);
    outside.ended('no error');
    await outside.close(1_000);
    expect(producer.takeWritten().map(({ value }) => String(value))).toEqual(['v', 'w']);
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
    outside.add(LETTER, null);
    await outside.close(20);
    expect(errors).toEqual(['1 dead letters were not written in time']);
  });
});

describe('a record that fails while a commit waits for it', () => {
  /**
   * It is processed, its asynchronous function is waited for by a commit, and fails.
   * @param lost whether the transaction is lost meanwhile, so that the record is processed again
   */
  async function failing(outside: OutsideLetters, lost: boolean): Promise<unknown> {
    let fail = (): void => undefined;
    const builder = new StreamsBuilder();
    builder
      .stream('in')
      .mapValuesAsync(() => new Promise<string>((_, reject) => (fail = () => reject(new Error('no')))))
      .to('out');
    const one = new OneTask(builder.build(), {
      failures: {
        processingErrorHandler: () => ({ then: 'fail', deadLetters: 'standard' }),
        deadLetters: { topic: 'dead', mostBytes: 1e6, outside: (...letter) => outside.add(...letter) },
      },
    });
    one.offer([['in', 'k', 'v', 1]]);
    one.turn();
    const keeper = { together: true, lost: false, pending: true };
    const member = { overdue: () => false, confirmed: () => Promise.resolve() };
    const commits = new CommitCycle(member, keeper as never, () => [one.task]);
    const committing = commits.commit([one.task]);
    await vi.waitFor(() => expect(commits.closesAll).toBe(true));
    keeper.lost = lost;
    fail();
    const end = await committing.catch((error: unknown) => error);
    await one.task.close();
    return end;
  }

  it('has one letter, though its transaction is lost at first', async () => {
    const producer = new MemoryBroker().producer();
    const { letters: outside } = letters(() => producer);
    expect(await failing(outside, true)).toBe('aborted');
    await outside.close(1_000);
    expect(producer.takeWritten()).toEqual([]);
    const end = await failing(outside, false);
    expect(end).toMatchObject({ code: 'PROCESSING_FAILED' });
    outside.ended(end);
    await outside.close(1_000);
    expect(producer.takeWritten()).toMatchObject([{ topic: 'dead' }]);
  });
});
