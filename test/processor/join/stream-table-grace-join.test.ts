import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import type { JoinBuffer } from '../../../src/store/join-buffer.js';
import { STRINGS, timeline } from '../timeline.js';

const VERSIONED = { ...STRINGS, store: 's', versioned: { historyRetention: 100 } } as const;

describe('stream-table join with grace', () => {
  const join = (left: boolean) =>
    timeline((input, builder) => {
      const table = builder.table('t', VERSIONED);
      const options = { name: 'j', grace: 10 };
      return left
        ? input.leftJoin(table, (value, row) => `${value}${row ?? '?'}`, options)
        : input.join(table, (value, row) => `${value}${row}`, options);
    });

  it('waits for the time of the stream, then joins in the order of time, keys and arrival', () => {
    const { feed, driver } = join(false);
    feed('a=X@1 b=Y@1', 't');
    expect(feed('b=1@5 a=2@5 a=3@5 a=4@3')).toBe('');
    const buffer = driver.store<JoinBuffer<string, string>>('j-Buffer');
    expect([buffer.records, buffer.streamTime]).toEqual([4, 5]);
    // What comes too late for the stream may come late for the table.
    feed('a=Z@4', 't');
    expect(feed('c=5@14')).toBe('a=4X@3');
    expect(feed('c=6@15')).toBe('a=2Z@5 a=3Z@5 b=1Y@5');
    expect(buffer.records).toBe(2);
    // The stream alone moves time on, and only by what is held back.
    feed('c=W@1 c=V@99', 't');
    expect(feed('d=7@25')).toBe('c=5W@14 c=6W@15');
  });

  it('joins at once what is later than the grace', () => {
    const { feed } = join(true);
    feed('a=X@1', 't');
    expect(feed('a=1@20')).toBe('');
    expect(feed('a=2@10')).toBe('a=2X@10');
    expect(feed('a=3@9 b=4@9')).toBe('a=3X@9 b=4?@9');
  });

  it('drops null values and, of an inner join, null keys, counted; of a left join a null key has nothing to wait for', () => {
    const inner = join(false);
    expect(inner.feed('a=-@1 -=1@2')).toBe('');
    expect(inner.driver.metrics.drops).toEqual({ 'null-value': 1, 'null-key': 1 });
    const left = join(true);
    expect(left.feed('a=-@1 -=1@2')).toBe('-=1?@2');
    expect(left.driver.metrics.drops).toEqual({ 'null-value': 1 });
  });

  it('gives each record its own place and headers back, and the one at hand its own afterwards', () => {
    const seen: string[] = [];
    const { driver } = timeline((input, builder) =>
      input
        .join(
          builder.table('t', VERSIONED),
          (value, row, key, { topic, partition, offset, timestamp, headers }) => {
            seen.push([topic, partition, offset, timestamp, headers.map(([name]) => name).join()].join(' '));
            return value + row + key;
          },
          { grace: 10 },
        )
        .peek((_value, _key, { offset }) => seen.push(`peek ${String(offset)}`)),
    );
    driver.inputTopic('t', STRINGS).pipe('a', 'X', { timestamp: 0 });
    const input = driver.inputTopic('in', STRINGS);
    input.pipe('a', '1', { timestamp: 1, headers: [['one', null]] });
    input.pipe('a', '2', { timestamp: 2, headers: [['two', Buffer.from('2')]] });
    input.pipe('a', '3', { timestamp: 50 });
    expect(seen).toEqual(['in 0 0 1 one', 'peek 0', 'in 0 1 2 two', 'peek 1']);
  });

  it('an error concerns the record that is released, and none of those behind it', () => {
    const { feed, driver } = timeline(
      (input, builder) =>
        input.join(
          builder.table('t', VERSIONED),
          (value, row) => {
            if (value === 'bad') throw new Error('no');
            return value + row;
          },
          { grace: 1 },
        ),
      { processingErrorHandler: 'continue' },
    );
    feed('a=X@0', 't');
    expect(feed('a=bad@1 a=good@1 a=3@9')).toBe('a=goodX@1');
    expect(driver.metrics.drops).toEqual({ 'processing-error': 1 });
    expect(feed('a=4@10')).toBe('a=3X@9');
  });

  it('writes what it holds back, and what it lets go, to its changelog', () => {
    const { driver } = join(false);
    const input = driver.inputTopic('in', STRINGS);
    input.pipe('k', 'v', { timestamp: 258, headers: [['h', Buffer.from('x')]] });
    input.pipe('k', 'w', { timestamp: 300 });
    const log = driver.outputTopic('test-j-Buffer-changelog', { key: serdes.bytes(), value: serdes.bytes() });
    const records = log.readRecords().map(({ key, value }) => [key?.toString('hex'), value?.toString('hex')]);
    // Zero, timestamp, key, sequence number; the latter from 1.
    const key = '0000000000000001026b00000001';
    const context = [
      '0000000000000102', // timestamp
      '0000000000000000', // offset
      '00000002696e', // topic
      '00000000', // partition
      '00000001', // headers
      '0000000168', // h
      '0000000178', // x
    ].join('');
    const values = ['ffffffff', 'ffffffff', '0000000176'].join('');
    expect(records[0]).toEqual([key, `${context}${values}0000000000000000`]);
    expect(records[1]?.[0]).toBe('00000000000000012c6b00000002');
    expect(records[2]).toEqual([key, undefined]);
  });
});
