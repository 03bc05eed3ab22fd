import { describe, expect, it } from 'vitest';
import type { AsyncAttempt } from '../../../src/record/async-attempt.js';
import type { AsyncOptions } from '../../../src/dsl/async-options.js';
import type { RecordView } from '../../../src/record/record-context.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { timeline, type Timeline } from '../timeline.js';

/** A service that answers when the test says so. */
class Service {
  /** Calls in the order in which they came: `value/attempt`. */
  readonly asked: string[] = [];
  readonly records: RecordView[] = [];
  readonly signals: AbortSignal[] = [];
  private readonly waiting = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();

  readonly call = (
    value: string,
    _key: string,
    record: RecordView,
    { attempt, signal }: AsyncAttempt,
  ): Promise<string> => {
    const name = `${value}/${String(attempt)}`;
    this.asked.push(name);
    this.records.push(record);
    this.signals.push(signal);
    return new Promise((resolve, reject) => {
      this.waiting.set(name, { resolve, reject });
    });
  };

  /** Answers a call, and lets the answer get to the node. */
  async answer(name: string, value = name.toUpperCase()): Promise<void> {
    this.take(name).resolve(value);
    await turn();
  }

  async fail(name: string): Promise<void> {
    this.take(name).reject(new Error(`no ${name}`));
    await turn();
  }

  private take(name: string): { resolve: (value: string) => void; reject: (error: Error) => void } {
    const found = this.waiting.get(name);
    if (found === undefined) throw new Error(`${name} was not asked; asked were ${this.asked.join()}`);
    this.waiting.delete(name);
    return found;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function served(options: AsyncOptions = {}, driver: TestDriverOptions = {}): Timeline & { service: Service } {
  const service = new Service();
  return { service, ...timeline((input) => input.mapValuesAsync(service.call, options), driver) };
}

describe('mapValuesAsync', () => {
  it('lets other records go on, and keeps the order of those of one key', async () => {
    const { feed, service } = served();
    expect(feed('a=1@10 b=2@20 a=3@30')).toBe('');
    expect(service.asked).toEqual(['1/1', '2/1']);
    await service.answer('2/1');
    expect(feed('c=4@40')).toBe('b=2/1@20');
    await service.answer('1/1');
    expect(feed('d=5@50')).toBe('a=1/1@10');
    expect(service.asked).toEqual(['1/1', '2/1', '4/1', '3/1', '5/1']);
  });

  it('gives results as they come when no order is asked for', async () => {
    const { feed, service, driver } = served({ order: 'none' });
    feed('a=1@10 a=2@20');
    await service.answer('2/1');
    const settled = driver.settle();
    await service.answer('1/1');
    await settled;
    expect(feed('b=3@30')).toBe('a=2/1@20 a=1/1@10');
  });

  it('takes no more records than it may have under way', async () => {
    const { feed, service } = served({ capacity: 2 });
    feed('a=1@1 b=2@2 c=3@3 d=4@4');
    expect(service.asked).toEqual(['1/1', '2/1']);
    await service.answer('1/1');
    expect(feed('e=5@5')).toBe('a=1/1@1');
    expect(service.asked).toEqual(['1/1', '2/1', '3/1']);
  });

  it('keeps the record that a function sees, though others are processed', async () => {
    const { feed, service } = served();
    feed('a=1@10 b=2@20');
    expect(service.records).toMatchObject([
      { topic: 'in', partition: 0, offset: 0, timestamp: 10 },
      { topic: 'in', partition: 0, offset: 1, timestamp: 20 },
    ]);
    await service.answer('1/1');
  });

  it('tries again after a failure, as often as it may', async () => {
    const { feed, service, driver } = served({ retry: { attempts: 2, backoff: 1 } });
    feed('a=1@10');
    await service.fail('1/1');
    await expect.poll(() => service.asked).toEqual(['1/1', '1/2']);
    const settled = driver.settle();
    await service.answer('1/2');
    await settled;
    expect(feed('b=2@20')).toBe('a=1/2@10');
  });

  it('says after how many attempts it gave up', async () => {
    const { feed, service, driver } = served({ retry: { attempts: 2, backoff: 1 } });
    feed('a=1@10');
    await service.fail('1/1');
    await expect.poll(() => service.asked).toEqual(['1/1', '1/2']);
    const settled = expect(driver.settle()).rejects.toThrow(
      /^a function of the topology failed, after 2 attempts: .*\(at in-0-0, in node KSTREAM-MAPVALUES-ASYNC-\d+, a mapValuesAsync\(\)/,
    );
    await service.fail('1/2');
    await settled;
  });

  it('does not try again what is not worth it', async () => {
    const retry = { attempts: 5, backoff: 1, when: (error: unknown) => !String(error).includes('1/1') };
    const { feed, service, driver } = served({ retry }, { processingErrorHandler: 'continue' });
    feed('a=1@10');
    await service.fail('1/1');
    await driver.settle();
    expect([service.asked, driver.metrics.drops['processing-error']]).toEqual([['1/1'], 1]);
  });

  it('fails the task with the last error, placed at the record', async () => {
    const { feed, service, driver } = served({ name: 'lookup' });
    feed('a=1@10');
    await service.fail('1/1');
    await expect(driver.settle()).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
      message: expect.stringContaining('no 1/1') as string,
      node: 'lookup',
      topic: 'in',
      offset: 0,
    });
  });

  it('goes on with the next record of a key after a failure that the handler lets pass', async () => {
    const { feed, service, driver } = served({}, { processingErrorHandler: 'continue' });
    feed('a=1@10 a=2@20');
    await service.fail('1/1');
    const settled = driver.settle();
    await expect.poll(() => service.asked).toEqual(['1/1', '2/1']);
    await service.answer('2/1');
    await settled;
    expect(feed('b=3@30')).toBe('a=2/1@20');
  });

  it('gives up a call that takes too long, and tells it', async () => {
    const { feed, service, driver } = served({ timeout: 5 }, { processingErrorHandler: 'continue' });
    feed('a=1@10');
    await driver.settle();
    expect(service.signals[0]?.aborted).toBe(true);
    expect(driver.metrics.drops['processing-error']).toBe(1);
  });

  it('tells what is under way when the task is closed', async () => {
    const { feed, service, driver } = served();
    feed('a=1@10 b=2@20');
    await driver.close({ abandon: true });
    expect(service.signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });
});

describe('asyncProcess', () => {
  it('makes any number of records, or none', async () => {
    const { feed, driver } = timeline((input) =>
      input.asyncProcess(async (value, key) => {
        await turn();
        return value === 'none' ? null : value.split('-').map((letter) => [`${key}-${letter}`, letter] as const);
      }),
    );
    feed('k=a-b@10 l=none@20 m=c@30');
    await driver.settle();
    expect(feed('n=none@40')).toBe('k-a=a@10 k-b=b@10 m-c=c@30');
  });
});
