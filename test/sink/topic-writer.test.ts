import { describe, expect, it } from 'vitest';
import type { RecordWriter } from '../../src/broker/port.js';
import { NO_HEADERS, textHeader, type Headers } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import { NotReady } from '../../src/serde/not-ready.js';
import type { Serde } from '../../src/serde/serde.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
import { TopicWriter, type SinkSettings } from '../../src/sink/topic-writer.js';
import { text } from '../source/fake-records.js';

interface World {
  readonly writer: TopicWriter;
  readonly written: string[];
  readonly known: Map<string, number>;
  readonly write: (key: unknown, value: unknown) => void;
}

function worldOf(
  settings: Partial<SinkSettings> = {},
  appearing: Record<string, number> = {},
  headersOf: Headers[] = [],
): World {
  const written: string[] = [];
  const known = new Map([['out', 4]]);
  const producer = {
    partitionCount: (topic: string) => known.get(topic) ?? 0,
    lookUp: (topics: readonly string[]) => {
      for (const topic of topics) {
        const count = appearing[topic];
        if (count === undefined) return Promise.reject(new Error(`${topic} is missing`));
        known.set(topic, count);
      }
      return Promise.resolve();
    },
    append: (topic: string, partition: number, key: Buffer | null, value: Buffer | null, headers: Headers) => {
      headersOf.push(headers);
      written.push(`${topic}-${String(partition)} ${String(key)}=${String(value)}`);
    },
  } as unknown as RecordWriter;
  const hash = (key: Buffer, partitions: number): number => key.length % partitions;
  const writer = new TopicWriter(
    { node: 'SINK', topic: 'out', key: text, value: text, partitioner: null, ...settings },
    producer,
    new DefaultPartition(hash, 2),
  );
  const record = new RecordContext();
  return {
    writer,
    written,
    known,
    write: (key, value) => {
      writer.write(key, value, 1, NO_HEADERS, record);
    },
  };
}

const thrown = (error: unknown): void => {
  throw error as Error;
};

describe('TopicWriter', () => {
  it('chooses the partition by the bytes of the key', () => {
    const { write, written } = worldOf();
    write('abc', 'v');
    write('a', null);
    expect(written).toEqual(['out-3 abc=v', 'out-1 a=null']);
  });

  it('keeps records without a key together for a while', () => {
    const { write, written } = worldOf();
    for (let i = 0; i < 5; i++) write(null, String(i));
    expect(written).toEqual(['out-0 null=0', 'out-0 null=1', 'out-1 null=2', 'out-1 null=3', 'out-2 null=4']);
  });

  it('hashes only the part of the key that its serde names', () => {
    const windowed = { ...text, partitionBytes: (bytes: Buffer) => bytes.subarray(0, 1) };
    const { write, written } = worldOf({ key: windowed });
    write('abc', 'v');
    expect(written).toEqual(['out-1 abc=v']);
  });

  it.each([
    ['one partition', () => 2, ['out-2 k=v']],
    ['several', () => [0, 3], ['out-0 k=v', 'out-3 k=v']],
    ['none: the record is dropped', () => [], []],
    ['null: the default', () => null, ['out-1 k=v']],
  ])('follows a partitioner: %s', (_, partitioner, expected) => {
    const { write, written } = worldOf({ partitioner });
    write('k', 'v');
    expect(written).toEqual(expected);
  });

  it('shows a partitioner what is written, headers included', () => {
    const seen: unknown[] = [];
    const partitioner = (...given: unknown[]): number => {
      seen.push(given);
      const headers = given[4] as readonly (readonly [string, unknown])[];
      return headers.some(([name]) => name === 'far') ? 3 : 0;
    };
    const { writer, written } = worldOf({ partitioner });
    const headers = [['far', null]] as const;
    writer.write('k', 'v', 1, headers, new RecordContext());
    writer.write('k', 'w', 2, NO_HEADERS, new RecordContext());
    expect(written).toEqual(['out-3 k=v', 'out-0 k=w']);
    expect(seen).toEqual([
      ['out', 'k', 'v', 4, headers],
      ['out', 'k', 'w', 4, NO_HEADERS],
    ]);
  });

  it.each([4, -1, 1.5])('refuses partition %d of 4', (partition) => {
    const { write } = worldOf({ partitioner: () => partition });
    expect(() => {
      write('k', 'v');
    }).toThrow(/chose a number .*, but out has 4 partitions; return a number from 0 to 3/);
  });

  it.each<[string, unknown, string]>([
    ['a text', '1', 'chose a text of 1 character'],
    ['nothing', undefined, 'chose undefined'],
    ['NaN', NaN, 'chose NaN'],
    ['a list with one that is not there', [0, 4], 'chose a number above 3'],
    ['a promise', Promise.resolve(1), 'chose a Promise'],
  ])('refuses what a partitioner must not choose, and writes nothing: %s', (_, chosen, message) => {
    const { write, written } = worldOf({ partitioner: () => chosen as number });
    expect(() => {
      write('k', 'v');
    }).toThrow(expect.objectContaining({ code: 'PROCESSING_FAILED', node: 'SINK' }) as Error);
    expect(() => {
      write('k', 'v');
    }).toThrow(message);
    expect(written).toEqual([]);
  });

  it.each<[unknown, string]>([
    [undefined, 'must return the name of a topic, not undefined'],
    [7, 'must return the name of a topic, not a number'],
    ['', 'what is no name of a topic (1 to 249 letters, digits, ".", "_" and "-"): an empty text'],
    ['a/b', '"-"): a text of 3 characters, of which that at position 1, U+002F, is not allowed'],
    ['..', '"-"): dots alone'],
    ['x'.repeat(250), '"-"): a text of 250 characters'],
    ['x😀', 'of which that at position 1, U+1F600, is not allowed'],
  ])('refuses %o of a topic extractor', (topic, message) => {
    const { write, writer } = worldOf({ topic: () => topic as string });
    expect(() => {
      write('k', 'v');
    }).toThrow(message);
    expect(writer.unsettled).toBe(false);
  });

  it.each<[unknown, string]>([
    ['text', 'its serde gave a text of 4 characters instead of a Buffer'],
    [undefined, 'its serde gave undefined instead of a Buffer'],
    [[1, 2], 'its serde gave a list of 2 instead of a Buffer'],
    [Promise.resolve(Buffer.alloc(1)), 'its serde gave a Promise instead of a Buffer'],
  ])('refuses %o of a serde', (bytes, message) => {
    const { write, written } = worldOf({ value: { ...text, serialize: () => bytes as Buffer } });
    expect(() => {
      write('k', 'v');
    }).toThrow(message);
    expect(written).toEqual([]);
  });

  it.each([-1, NaN, 2 ** 53])('refuses the timestamp %d', (timestamp) => {
    const { writer } = worldOf();
    expect(() => {
      writer.write('k', 'v', timestamp, NO_HEADERS, new RecordContext());
    }).toThrow(expect.objectContaining({ code: 'TIMESTAMP_INVALID', node: 'SINK' }) as Error);
  });

  it('decides about a record that waited as about any other', async () => {
    const partitioner = (_topic: string, key: unknown): number => {
      if (key === 'bad') throw new Error('bad key');
      return 0;
    };
    const { writer, write, written } = worldOf({ topic: () => 'new', partitioner }, { new: 1 });
    for (const key of ['a', 'bad', 'b']) write(key, 'v');
    const failures: unknown[] = [];
    await writer.settle((error, { key }) => {
      failures.push([(error as Error).message, key]);
    });
    expect(failures).toEqual([['bad key', 'bad']]);
    expect(written).toEqual(['new-0 a=v', 'new-0 b=v']);
  });

  it('says which part cannot be serialised, and that undefined is no tombstone', () => {
    const { write } = worldOf();
    expect(() => {
      write('k', undefined);
    }).toThrow('the value cannot be serialised for out: it is undefined (for a tombstone, return null)');
  });

  it('holds records of an unknown topic, and all after them, in order, until it is looked up', async () => {
    const { writer, write, written } = worldOf({ topic: (value) => String(value) }, { new: 1 });
    write('k1', 'out');
    write('k2', 'new');
    write('k3', 'out');
    expect(written).toEqual(['out-2 k1=out']);
    expect(writer.unsettled).toBe(true);
    await writer.settle(thrown);
    expect(written.slice(1)).toEqual(['new-0 k2=new', 'out-2 k3=out']);
    expect(writer.unsettled).toBe(false);
  });

  it('fails when the topic is not there', async () => {
    const { writer, write } = worldOf({ topic: () => 'nowhere' });
    write('k', 'v');
    await expect(writer.settle(thrown)).rejects.toThrow('nowhere is missing');
  });

  it('asks serdes for headers right before they write, and writes those', () => {
    const seen: unknown[] = [];
    const said = (part: string): Serde<unknown> => ({
      serialize: (value, topic, headers) => {
        seen.push([part, topic, headers]);
        return Buffer.from(String(value));
      },
      deserialize: (bytes) => bytes,
      headersFor: (value, topic, headers) => [...headers, textHeader(part, `${topic} ${String(value)}`)],
    });
    const appended: Headers[] = [];
    const { write, written } = worldOf({ key: said('key'), value: said('value') }, {}, appended);
    write('k', 'v');
    write(null, null);
    const ofKey = textHeader('key', 'out k');
    const ofValue = textHeader('value', 'out v');
    expect(seen).toEqual([
      ['key', 'out', [ofKey]],
      ['value', 'out', [ofKey, ofValue]],
    ]);
    expect(appended).toEqual([[ofKey, ofValue], NO_HEADERS]);
    expect(written).toHaveLength(2);
  });

  it('says whose headers are none', () => {
    const serde: Serde<unknown> = { ...text, headersFor: () => 'x' as unknown as Headers };
    const { write } = worldOf({ value: serde });
    expect(() => {
      write('k', 'v');
    }).toThrow(
      expect.objectContaining({
        code: 'SERIALIZATION_FAILED',
        message: expect.stringMatching(/the value cannot be serialised for out: headers must be a list/) as string,
      }),
    );
  });

  it('keeps records whose schema is being fetched, and those behind them, in order', async () => {
    const known = new Set<string>();
    const serde: Serde<unknown> = {
      ...text,
      serialize: (value, topic) => {
        const word = String(value);
        if (word.startsWith('new') && !known.has(word)) {
          throw new NotReady(
            Promise.resolve().then(() => known.add(word)),
            'a schema',
          );
        }
        if (word === 'new-bad') throw new Error('it is refused');
        return text.serialize(value, topic);
      },
    };
    const { write, written, writer } = worldOf({ value: serde });
    for (const value of ['a', 'new-1', 'b', 'new-bad', 'new-2']) write('k', value);
    expect([written, writer.unsettled]).toEqual([['out-1 k=a'], true]);
    const failed: unknown[] = [];
    const settling = writer.settle((error, { value }) => failed.push([value, (error as Error).message]));
    write('k', 'c');
    await settling;
    expect(written).toEqual(['out-1 k=a', 'out-1 k=new-1', 'out-1 k=b', 'out-1 k=new-2', 'out-1 k=c']);
    expect(failed).toEqual([
      ['new-bad', expect.stringMatching(/the value cannot be serialised for out: it is refused/)],
    ]);
  });
});
