import { describe, expect, it } from 'vitest';
import { MemoryBroker } from '../../../src/broker/memory/memory-broker.js';
import type { RecordCursor } from '../../../src/broker/port.js';
import { NO_HEADERS, type Headers } from '../../../src/record/headers.js';

const HEADERS: Headers = [
  ['a', Buffer.from('1')],
  ['a', null],
];

/** What a reader of the cursor sees. */
function readAll(cursor: RecordCursor): unknown[] {
  const bytes = (start: number, end: number): string | null =>
    start < 0 ? null : cursor.buffer.toString('utf8', start, end);
  const seen: unknown[] = [];
  while (cursor.next()) {
    const key = bytes(cursor.keyStart, cursor.keyEnd);
    const value = bytes(cursor.valueStart, cursor.valueEnd);
    seen.push({ offset: cursor.offset, timestamp: cursor.timestamp, key, value, headers: cursor.headers() });
  }
  return seen;
}

describe('the broker in memory', () => {
  it('gives back what was appended, as a fetch does', () => {
    const broker = new MemoryBroker();
    broker.append('t', Buffer.from('k'), Buffer.from('v'), HEADERS, 10);
    broker.append('other', null, null, NO_HEADERS, 0);
    broker.append('t', null, Buffer.alloc(0), NO_HEADERS, 20);
    broker.append('t', Buffer.alloc(0), null, NO_HEADERS, 30);
    const fetched = broker.fetched(broker.records('t'));
    expect(fetched).toMatchObject({ topic: 't', partition: 0, nextOffset: 3, endOffset: 3 });
    expect(readAll(fetched.cursor)).toEqual([
      { offset: 0, timestamp: 10, key: 'k', value: 'v', headers: HEADERS },
      { offset: 1, timestamp: 20, key: null, value: '', headers: [] },
      { offset: 2, timestamp: 30, key: '', value: null, headers: [] },
    ]);
    expect(fetched.cursor.next()).toBe(false);
    const [first] = broker.records('t');
    expect(broker.fetched(first === undefined ? [] : [first])).toMatchObject({ nextOffset: 1, endOffset: 3 });
  });

  it('keeps its own copy: buffers are used again by those who append', () => {
    const broker = new MemoryBroker();
    const [key, value, header] = [Buffer.from('k'), Buffer.from('v'), Buffer.from('h')];
    const record = broker.append('t', key, value, [['x', header]], 0);
    for (const buffer of [key, value, header]) buffer.fill(0);
    expect(record).toMatchObject({
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: [['x', Buffer.from('h')]],
    });
  });

  it('tells of unknown topics that they are empty', () => {
    expect(new MemoryBroker().endOffset('t')).toBe(0);
    expect(new MemoryBroker().records('t')).toEqual([]);
  });
});

describe('its producer', () => {
  it('writes at once, and tells what and up to where', async () => {
    const broker = new MemoryBroker();
    broker.append('t', null, Buffer.from('of another'), NO_HEADERS, 1);
    broker.append('input', null, Buffer.from('of another'), NO_HEADERS, 1);
    const producer = broker.producer();
    producer.append('t', 0, null, Buffer.from('a'), NO_HEADERS, 2);
    producer.append('u', 0, null, Buffer.from('b'), HEADERS, 3);
    expect(broker.endOffset('t')).toBe(2);
    expect(producer.takeWritten().map(({ topic, offset }) => [topic, offset])).toEqual([
      ['t', 1],
      ['u', 0],
    ]);
    expect(producer.takeWritten()).toEqual([]);
    const flushed = await producer.flush();
    expect(['t', 'u', 'input'].map((topic) => flushed.lastOffset(topic, 0))).toEqual([1, 0, -1]);
    expect(producer.full).toBe(false);
    await producer.close();
  });
});
