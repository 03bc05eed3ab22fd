import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { OneTask } from './one-task.js';

describe('a task that must leave nothing half done', () => {
  it('waits for its asynchronous functions, and takes no record until the epoch is sealed', async () => {
    const calls: ((value: string) => void)[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string(), value: serdes.string() })
      .mapValuesAsync(() => new Promise<string>((resolve) => calls.push(resolve)))
      .to('out');
    const one = new OneTask(builder.build());
    one.offer([
      ['in', 'a', '1', 1],
      ['in', 'b', '2', 2],
    ]);
    one.turn();
    expect(one.task.pending).toBe(2);
    let drained = false;
    const draining = one.task.drain().then(() => (drained = true));
    one.offer([['in', 'c', '3', 3]]);
    expect(one.turn()).toBe(0);
    calls[1]?.('y');
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);
    calls[0]?.('x');
    await draining;
    expect(one.written()).toEqual(['out b=y@2', 'out a=x@1']);
    expect(one.turn()).toBe(0);
    expect((await one.task.seal()).map(({ offset }) => offset)).toEqual([2]);
    one.turn();
    expect(calls).toHaveLength(3);
  });

  it('ends its waiting when it is closed', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string(), value: serdes.string() })
      .mapValuesAsync(() => new Promise<string>(() => undefined))
      .to('out');
    const one = new OneTask(builder.build());
    one.offer([['in', 'a', '1', 1]]);
    one.turn();
    const draining = one.task.drain();
    await one.task.close();
    await draining;
    expect(one.written()).toEqual([]);
  });
});
