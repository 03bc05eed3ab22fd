import { describe, expect, it, vi } from 'vitest';
import type { PartitionQueue } from '../../src/source/partition-queue.js';
import type { MillraceError } from '../../src/errors/error.js';
import { NotReady } from '../../src/serde/not-ready.js';
import type { Serde } from '../../src/serde/serde.js';
import { fetched, queueOf, text } from './fake-records.js';

function drain(queue: PartitionQueue): unknown[] {
  const values: unknown[] = [];
  while (queue.hasHead) {
    values.push(queue.value);
    queue.markTaken();
    queue.advance();
  }
  return values;
}

describe('PartitionQueue', () => {
  it('hands records on in offset order over several fetches and keeps the highest time', () => {
    const queue = queueOf('in', 0);
    queue.add(
      fetched('in', 0, [
        { offset: 4, timestamp: 50, key: 'k', value: 'a' },
        { offset: 5, timestamp: 70, value: 'b' },
      ]),
    );
    queue.add(fetched('in', 0, [{ offset: 9, timestamp: 60, value: 'c' }]));
    expect(queue.key).toBe('k');
    expect(drain(queue)).toEqual(['a', 'b', 'c']);
    expect(queue.partitionTime).toBe(70);
  });

  it('commits the head while there is one, and behind the last batch when it is used up, gaps included', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [{ offset: 4, timestamp: 1, value: 'a' }], 8));
    expect(queue.committableOffset).toBe(4);
    drain(queue);
    expect(queue.committableOffset).toBe(8);
  });

  it('follows batches that show no record: markers, aborted and compacted ones', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [], 3));
    expect(queue.committableOffset).toBe(3);
    expect(queue.fetchedOffset).toBe(3);
    expect(queue.bufferedBytes).toBe(0);
  });

  it('goes on at another offset with nothing of before', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [{ offset: 4, timestamp: 50, value: 'a' }]));
    queue.add(fetched('in', 0, [{ offset: 5, timestamp: 60, value: 'b' }]));
    queue.moveTo(2);
    expect(queue.hasHead).toBe(false);
    expect([queue.committableOffset, queue.fetchedOffset, queue.bufferedBytes]).toEqual([2, 2, 0]);
    queue.add(fetched('in', 0, [{ offset: 2, timestamp: 1, value: 'new' }]));
    expect(drain(queue)).toEqual(['new']);
    expect(queue.committableOffset).toBe(3);
  });

  it('counts bytes until a batch is used up', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [{ offset: 0, timestamp: 1, value: 'a' }], 1, 100));
    queue.add(fetched('in', 0, [{ offset: 1, timestamp: 1, value: 'b' }], 2, 50));
    expect(queue.bufferedBytes).toBe(150);
    queue.advance();
    expect(queue.bufferedBytes).toBe(50);
    queue.advance();
    expect(queue.bufferedBytes).toBe(0);
  });

  describe('gives back what was fetched', () => {
    const copying = { ...text, keepsNoBytes: true };
    const rows = [
      { offset: 0, timestamp: 1, value: 'a' },
      { offset: 1, timestamp: 1, value: 'b' },
    ];

    it('once its last record was processed', () => {
      const queue = queueOf('in', 0, { serde: copying, keySerde: copying });
      const giveBack = vi.fn();
      queue.add({ ...fetched('in', 0, rows), giveBack });
      queue.advance();
      expect(queue.value).toBe('b');
      expect(giveBack).not.toHaveBeenCalled();
      queue.advance();
      expect(giveBack).toHaveBeenCalledTimes(1);
      queue.advance();
      expect(giveBack).toHaveBeenCalledTimes(1);
    });

    it.each([
      ['values', { keySerde: copying }],
      ['keys', { serde: copying }],
    ])('never, where %s may hold a part of it', (_what, serdes) => {
      const queue = queueOf('in', 0, serdes);
      const giveBack = vi.fn();
      queue.add({ ...fetched('in', 0, rows), giveBack });
      queue.advance();
      queue.advance();
      expect(queue.hasHead).toBe(false);
      expect(giveBack).not.toHaveBeenCalled();
    });

    it('not while a record waits for its serde', () => {
      const waiting = {
        ...copying,
        deserialize: () => {
          throw new NotReady(new Promise(() => undefined), 'a schema');
        },
      };
      const queue = queueOf('in', 0, { serde: waiting, keySerde: copying });
      const giveBack = vi.fn();
      queue.add({ ...fetched('in', 0, rows.slice(0, 1)), giveBack });
      expect(queue.stalled).toBe(true);
      expect(giveBack).not.toHaveBeenCalled();
    });
  });

  it('goes over an empty batch to its end', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [], 12));
    expect(queue.hasHead).toBe(false);
    expect(queue.committableOffset).toBe(12);
    expect(queue.fetchedOffset).toBe(12);
  });

  it('keeps null keys and values', () => {
    const queue = queueOf('in', 0);
    queue.add(fetched('in', 0, [{ offset: 0, timestamp: 1, key: null, value: null }]));
    expect([queue.hasHead, queue.key, queue.value]).toEqual([true, null, null]);
  });

  it('stops at a record that cannot be decoded, naming it', () => {
    const queue = queueOf('in', 3);
    const records = fetched('in', 3, [{ offset: 7, timestamp: 1, value: 'bad' }]);
    expect(() => {
      queue.add(records);
    }).toThrow(/the value cannot be decoded: it is bad; .*\(at in-3-7, in node SOURCE\)/);
  });

  it('skips such a record when the handler says so, and reports its bytes', () => {
    const reported: string[] = [];
    const queue = queueOf('in', 0, {
      handler: 'continue',
      reports: {
        undecodable: (error, record) => {
          reported.push(`${error.code} ${String(record.offset)} ${String(record.valueBytes)}`);
        },
      },
    });
    queue.add(
      fetched('in', 0, [
        { offset: 0, timestamp: 1, value: 'bad' },
        { offset: 1, timestamp: 2, value: 'good' },
      ]),
    );
    expect(drain(queue)).toEqual(['good']);
    expect(reported).toEqual(['DESERIALIZATION_FAILED 0 bad']);
  });

  it('takes a negative timestamp for an error, unless an extractor gave it', () => {
    const plain = queueOf('in', 0);
    expect(() => {
      plain.add(fetched('in', 0, [{ offset: 2, timestamp: -1, value: 'a' }]));
    }).toThrow(/negative timestamp -1.*at in-0-2/);

    const dropped: number[] = [];
    const lenient = queueOf('in', 0, {
      extractor: (record) => record.timestamp,
      reports: { negativeTimestamp: (_topic, _partition, offset) => dropped.push(offset) },
    });
    lenient.add(
      fetched('in', 0, [
        { offset: 2, timestamp: -1, value: 'a' },
        { offset: 3, timestamp: 5, value: 'b' },
      ]),
    );
    expect(drain(lenient)).toEqual(['b']);
    expect(dropped).toEqual([2]);
  });

  it('tells the extractor the partition time so far', () => {
    const times: number[] = [];
    const queue = queueOf('in', 0, {
      partitionTime: 10,
      extractor: (record, partitionTime) => {
        times.push(partitionTime);
        return record.timestamp;
      },
    });
    queue.add(
      fetched('in', 0, [
        { offset: 0, timestamp: 30, value: 'a' },
        { offset: 1, timestamp: 20, value: 'b' },
        { offset: 2, timestamp: 25, value: 'c' },
      ]),
    );
    drain(queue);
    expect(times).toEqual([10, 30, 30]);
  });

  it.each<[string, unknown, string]>([
    ['NaN', NaN, 'NaN'],
    ['a fraction', 1_700_000_000_123.4, 'a number with a fraction'],
    ['a negative fraction', -0.5, 'a number with a fraction'],
    ['Infinity', Infinity, 'Infinity'],
    ['minus Infinity', -Infinity, '-Infinity'],
    ['a number beyond the safe ones', 2 ** 53, 'a number above 9007199254740991'],
    ['a text', '5', 'a text of 1 character'],
    ['a bigint', 5n, 'a bigint'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a date', new Date(5), 'a Date'],
  ])('refuses %s of an extractor by name, which the handler decides about', (_, given, shown) => {
    const rows = [
      { offset: 4, timestamp: 1, value: 'bad time' },
      { offset: 5, timestamp: 2, value: 'good' },
    ];
    const extractor = ({ offset }: { offset: number }): number => (offset === 4 ? (given as number) : 7);
    const strict = queueOf('in', 3, { extractor });
    expect(() => {
      strict.add(fetched('in', 3, rows));
    }).toThrow(`the timestamp extractor gave ${shown}; it must be a whole number of ms`);
    expect(strict.committableOffset).toBe(4);
    const reported: string[] = [];
    const undecodable = (error: MillraceError): void => {
      reported.push(
        `${error.code} ${String(error.topic)}-${String(error.partition)}-${String(error.offset)} ${String(error.node)}`,
      );
    };
    const lenient = queueOf('in', 3, { extractor, handler: 'continue', reports: { undecodable } });
    lenient.add(fetched('in', 3, rows));
    expect([lenient.value, lenient.timestamp]).toEqual(['good', 7]);
    expect(reported).toEqual(['TIMESTAMP_INVALID in-3-4 SOURCE']);
  });

  it('takes care of the promise of an asynchronous extractor, which is none', async () => {
    const extractor = (): number => Promise.reject(new Error('nobody hears it')) as unknown as number;
    const queue = queueOf('in', 0, { extractor });
    expect(() => {
      queue.add(fetched('in', 0, [{ offset: 0, timestamp: 1, value: 'a' }]));
    }).toThrow('the timestamp extractor gave a Promise');
    // An unhandled rejection would fail this test.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('places what an extractor throws', () => {
    const queue = queueOf('in', 2, {
      handler: 'continue',
      extractor: () => {
        throw new Error('no time');
      },
    });
    expect(() => {
      queue.add(fetched('in', 2, [{ offset: 9, timestamp: 1, value: 'a' }]));
    }).toThrow(/the timestamp extractor failed: no time \(at in-2-9, in node SOURCE\)/);
  });

  it('refuses a serde that gives a promise', async () => {
    const asynchronous = { ...text, deserialize: () => Promise.reject(new Error('late')) };
    const queue = queueOf('in', 0, { serde: asynchronous });
    expect(() => {
      queue.add(fetched('in', 0, [{ offset: 0, timestamp: 1, value: 'a' }]));
    }).toThrow(/the value cannot be decoded: deserialize\(\) of the serde returned a promise/);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('does not pass a record that ended the task by what it commits', () => {
    const queue = queueOf('in', 0);
    expect(() => {
      queue.add(
        fetched('in', 0, [
          { offset: 3, timestamp: 1, value: 'bad' },
          { offset: 4, timestamp: 1, value: 'good' },
        ]),
      );
    }).toThrow();
    expect(queue.committableOffset).toBe(3);
  });

  it('tells serdes the topic and the headers, by the fast path too', () => {
    const headers = [['schema', Buffer.of(7)]] as const;
    const seen: unknown[] = [];
    const slow: Serde<unknown> = { ...text, deserialize: (_, topic, given) => seen.push([topic, given]) };
    const fast: Serde<unknown> = {
      ...text,
      deserializeRange: (_buffer, start, end, topic, given) => seen.push([end - start, topic, given]),
    };
    for (const serde of [slow, fast]) {
      queueOf('in', 0, { serde }).add(fetched('in', 0, [{ offset: 0, timestamp: 1, value: 'abc', headers }]));
    }
    expect(seen).toEqual([
      ['in', headers],
      [3, 'in', headers],
    ]);
  });

  it('does not take a promise for a value, by the fast path either', () => {
    const serde: Serde<unknown> = { ...text, deserializeRange: () => Promise.reject(new Error('later')) };
    expect(() => {
      queueOf('in', 0, { serde }).add(fetched('in', 0, [{ offset: 0, timestamp: 1, value: 'abc' }]));
    }).toThrow(/the value cannot be decoded: deserializeRange\(\) of the serde returned a promise/);
  });

  it('waits with a record whose serde has to fetch something, and goes on with it', async () => {
    let known = false;
    let arrived = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const serde: Serde<unknown> = {
      ...text,
      deserialize: (bytes, topic) => {
        if (bytes.toString() === 'new' && !known) throw new NotReady(until, 'schema 1');
        return text.deserialize(bytes, topic);
      },
    };
    const told: PartitionQueue[] = [];
    const queue = queueOf('in', 0, { serde, fetched: (one) => told.push(one) });
    const rows = ['old', 'new', 'newer'].map((value, offset) => ({ offset, timestamp: offset, value }));
    queue.add(fetched('in', 0, rows));
    queue.markTaken();
    queue.advance();
    expect([queue.hasHead, queue.stalled, queue.committableOffset]).toEqual([false, true, 1]);
    queue.add(fetched('in', 0, [{ offset: 3, timestamp: 3, value: 'last' }]));
    queue.takeUp();
    expect(queue.stalled).toBe(true);
    known = true;
    arrived();
    await expect.poll(() => told).toEqual([queue]);
    queue.takeUp();
    expect(drain(queue)).toEqual(['new', 'newer', 'last']);
    expect(queue.committableOffset).toBe(4);
  });

  it('forgets what it waited for when it goes on at another offset', async () => {
    const serde: Serde<unknown> = {
      ...text,
      deserialize: (bytes, topic) => {
        if (bytes.toString() === 'new') throw new NotReady(Promise.resolve(), 'schema 1');
        return text.deserialize(bytes, topic);
      },
    };
    const told: PartitionQueue[] = [];
    const queue = queueOf('in', 0, { serde, fetched: (one) => told.push(one) });
    queue.add(fetched('in', 0, [{ offset: 0, timestamp: 0, value: 'new' }]));
    queue.moveTo(5);
    await new Promise((resolve) => setImmediate(resolve));
    expect([told, queue.stalled]).toEqual([[], false]);
    queue.add(fetched('in', 0, [{ offset: 5, timestamp: 0, value: 'old' }]));
    expect(drain(queue)).toEqual(['old']);
  });
});
