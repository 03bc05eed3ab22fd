import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { EPOCH_NAME, markOf, newEpoch, NO_EPOCH, offsetsOfMark, withOtherEpoch } from '../../src/task/epoch-mark.js';
import { decodeOffsetMetadata } from '../../src/task/offset-metadata.js';
import { OneTask } from './one-task.js';

describe('the mark of an epoch', () => {
  it('is the same for the same offsets in any order, and empty where no epoch is known', () => {
    const one = { topic: 'a', partition: 1, offset: 5, epoch: newEpoch() };
    const other = { topic: 'b', partition: 1, offset: 7, epoch: NO_EPOCH };
    expect(markOf([one, other])).toBe(markOf([other, one]));
    expect(markOf([one, { ...other, offset: 8 }])).not.toBe(markOf([one, other]));
    expect(markOf([{ ...one, epoch: newEpoch() }])).not.toBe(markOf([one]));
    expect(markOf([other])).toBe('');
  });

  it('tells the offsets that it is made of', () => {
    const one = { topic: 'orders-2', partition: 1, offset: 5, epoch: newEpoch() };
    const other = { topic: 'b', partition: 10, offset: 0, epoch: newEpoch() };
    expect(offsetsOfMark(markOf([one, other]))).toEqual([
      { topic: 'b', partition: 10, offset: 0 },
      { topic: 'orders-2', partition: 1, offset: 5 },
    ]);
    expect(offsetsOfMark('')).toEqual([]);
  });

  it('is another one once the times beside an offset are those of another epoch', () => {
    const times = new Map([
      ['joined', 7],
      [EPOCH_NAME, 42],
      ['#others', 9],
    ]);
    const other = withOtherEpoch(times);
    expect([...(other ?? [])].filter(([name]) => name !== EPOCH_NAME)).toEqual([
      ['joined', 7],
      ['#others', 9],
    ]);
    expect([...(other?.keys() ?? [])]).toEqual([...times.keys()]);
    expect(other?.get(EPOCH_NAME)).not.toBe(42);
    expect(withOtherEpoch(new Map([['joined', 7]]))).toBeNull();
  });

  it('is written to disk with the epoch whose offsets are committed', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string(), value: serdes.string() }).groupByKey().count();
    const one = new OneTask(builder.build(), { persistent: true });
    expect(one.task.state.mark).toBe('');
    for (const offset of [1, 2]) {
      one.offer([['in', 'k', 'v', offset]]);
      one.turn();
      await one.task.flush();
      const [committed] = await one.task.seal();
      const before = one.task.state.mark;
      await one.task.writeEpoch(one.producer.offsets());
      const { operatorTimes } = decodeOffsetMetadata(committed?.metadata ?? '');
      const epoch = operatorTimes.get(EPOCH_NAME) ?? NO_EPOCH;
      expect(one.task.state.mark).toBe(markOf([{ topic: 'in', partition: 0, offset, epoch }]));
      expect(one.task.state.mark).not.toBe(before);
    }
  });

  it('changes with what timers change, though no offset moves', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string(), value: serdes.string() }).groupByKey().count({ store: 's' });
    const one = new OneTask(builder.build(), { persistent: true });
    one.offer([['in', 'k', 'v', 1]]);
    one.turn();
    await one.commit();
    const before = one.task.state.mark;
    one.task.state.get<string, number>('keyValue', 's', 'timestamped').put('k', 7, 1);
    const [again] = await one.task.seal();
    await one.task.writeEpoch(one.producer.offsets());
    expect(again?.offset).toBe(1);
    expect(one.task.state.mark).not.toBe(before);
  });
});
