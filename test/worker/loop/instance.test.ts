import { afterEach, describe, expect, it, vi } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import type { Topology } from '../../../src/topology/topology.js';
import { heard } from '../../observe/heard-events.js';
import { MemoryInstance } from './memory-instance.js';

const WAIT = { timeout: 30_000 };

function copying(from: string, each: (value: string) => void = () => undefined): Topology {
  const builder = new StreamsBuilder();
  builder.stream<string, string>(from).peek(each).to('out');
  return builder.build();
}

let running: MemoryInstance | null = null;

async function started(topologies: ConstructorParameters<typeof MemoryInstance>[0]): Promise<MemoryInstance> {
  const one = new MemoryInstance(topologies);
  running = one;
  const ids = Object.keys(topologies) as (keyof typeof topologies)[];
  one.tasks.open(ids);
  await vi.waitFor(() => expect(one.tasks.running).toHaveLength(ids.length), WAIT);
  await one.instance.start();
  return one;
}

afterEach(async () => {
  await running?.stop(false);
  running = null;
});

/** Resolves after some more rounds of the loop. */
function rounds(one: MemoryInstance, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    one.round = () => {
      left -= 1;
      if (left === 0) resolve();
      one.reader.wake();
    };
    one.reader.wake();
  });
}

describe('the loop of an instance', () => {
  it('tells the channel of batches of each turn that had something to do', async () => {
    const one = await started({ '0_0': copying('in') });
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a']), WAIT);
    const events = heard('millrace:batch');
    one.write('in', ['b', 'c']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a', 'b', 'c']), WAIT);
    expect(events.reduce((sum, { records }) => sum + records, 0)).toBe(2);
    expect(events[0]).toEqual({
      ...{ application: 'memory', task: '0_0' },
      ...{ records: expect.any(Number) as number, duration: expect.any(Number) as number },
    });
  });

  it('takes records through the task, and commits when the interval is over', async () => {
    const one = await started({ '0_0': copying('in') });
    one.write('in', ['a', 'b']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a', 'b']), WAIT);
    await rounds(one, 3);
    expect(one.committed.size).toBe(0);
    one.now = 1_000;
    one.write('in', ['c']);
    await vi.waitFor(() => expect(one.committed.get('in-0')).toBe(3), WAIT);
    expect(one.failures).toEqual([]);
  });

  it('lets no task write while the one epoch of all of them is being closed', async () => {
    const builder = new StreamsBuilder();
    let answer: (value: string) => void = () => undefined;
    builder
      .stream<string, string>('in')
      .mapValuesAsync(() => new Promise<string>((resolve) => (answer = resolve)))
      .to('out');
    const one = new MemoryInstance({ '0_0': builder.build(), '1_0': copying('other') }, 'topic', true);
    running = one;
    one.tasks.open(['0_0', '1_0']);
    await vi.waitFor(() => expect(one.tasks.running).toHaveLength(2), WAIT);
    await one.instance.start();
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.tasks.running[0]?.pending).toBe(1), WAIT);
    one.now = 1_000;
    await rounds(one, 2);
    one.write('other', ['b']);
    await rounds(one, 5);
    expect(one.read('out')).toEqual([]);
    answer('A');
    await vi.waitFor(() => expect(one.read('out')).toEqual(['A', 'b']), WAIT);
    expect([...one.committed]).toEqual([['in-0', 1]]);
  });

  it('begins nothing while it is paused, and goes on where it was', async () => {
    const one = await started({ '0_0': copying('in') });
    one.instance.pause();
    one.write('in', ['a']);
    await rounds(one, 5);
    expect(one.instance.isPaused).toBe(true);
    expect(one.read('out')).toEqual([]);
    one.instance.resume();
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a']), WAIT);
  });

  it('begins and commits nothing while the coordinator is silent; then what waited is sent', async () => {
    const one = await started({ '0_0': copying('in') });
    const resumed = vi.spyOn(one.producer, 'resume');
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a']), WAIT);
    one.overdue = true;
    one.now = 5_000;
    one.write('in', ['b']);
    await rounds(one, 5);
    expect(one.read('out')).toEqual(['a']);
    expect(one.committed.size).toBe(0);
    expect(resumed).not.toHaveBeenCalled();
    one.overdue = false;
    await vi.waitFor(() => expect(one.committed.get('in-0')).toBeGreaterThanOrEqual(1), WAIT);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a', 'b']), WAIT);
    expect(resumed).toHaveBeenCalledOnce();
  });

  it('lets no task wait until another one has done all that it has', async () => {
    const order: string[] = [];
    const noting = (value: string): void => {
      order.push(value);
    };
    const one = await started({ '0_0': copying('in0', noting), '0_1': copying('in1', noting) });
    one.instance.pause();
    one.write('in0', Array<string>(5_000).fill('many'));
    one.write('in1', ['one']);
    await rounds(one, 3);
    one.instance.resume();
    await vi.waitFor(() => expect(order).toHaveLength(5_001), WAIT);
    expect(order.indexOf('one')).toBeLessThanOrEqual(256);
  });

  it('goes on after a commit that the group refused, and ends with any other failure of one', async () => {
    const one = await started({ '0_0': copying('in') });
    one.refusal = new BrokerError('fenced', 'the generation is not ours');
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a']), WAIT);
    one.now = 1_000;
    await rounds(one, 5);
    expect(one.failures).toEqual([]);
    one.refusal = new BrokerError('fatal', 'not authorized');
    one.write('in', ['b']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a', 'b']), WAIT);
    one.now = 2_000;
    one.reader.wake();
    await vi.waitFor(() => expect(one.failures).toEqual([one.refusal]), WAIT);
  });

  it('tells what the function of an operator threw', async () => {
    const one = await started({
      '0_0': copying('in', () => {
        throw new Error('no such word');
      }),
    });
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.failures).toHaveLength(1), WAIT);
    expect(String(one.failures[0])).toContain('no such word');
  });

  it('commits all that it did when it is stopped, closes the tasks and leaves', async () => {
    const one = await started({ '0_0': copying('in') });
    one.write('in', ['a', 'b']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a', 'b']), WAIT);
    await one.stop();
    running = null;
    expect(one.committed.get('in-0')).toBe(2);
    expect(one.tasks.owned).toEqual([]);
    expect(one.steps).toEqual(['leaves', 'abandons ', 'closes']);
    expect(one.reader.closed).toBe(true);
  });

  it('commits nothing when it is stopped as it is', async () => {
    const one = await started({ '0_0': copying('in') });
    one.write('in', ['a']);
    await vi.waitFor(() => expect(one.read('out')).toEqual(['a']), WAIT);
    await one.stop(false);
    running = null;
    expect(one.committed.size).toBe(0);
    expect(one.steps).toContain('abandons 0_0');
  });
});
