/**
 * Nothing of a record gets into messages: each way in which one can fail is gone with a key and a value that are known again, and
 * neither errors, their causes, nor lines of the log or their facts may have them. What the application itself throws is its own.
 */
import { inspect } from 'node:util';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryCursor } from '../../src/broker/memory/memory-log.js';
import { cbor } from '../../src/cbor.js';
import { restoreRecord } from '../../src/changelog/restored-record.js';
import {
  serdes,
  stores,
  StreamsBuilder,
  textHeader,
  type KStream,
  type Processor,
  type Serde,
  type StoreBuilder,
} from '../../src/index.js';
import { messagePack } from '../../src/msgpack.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { inMemoryRegistry, schemaRegistry } from '../../src/registry.js';
import type { TaskState } from '../../src/store/task-state.js';
import { TopologyTestDriver, type TestDriverOptions } from '../../src/testing.js';

const TEXT = 'MARKED-7f3c';
const NUMBER = 741_852_963.25;
const BIG = 741_852_963_741_852_963_741_852_963n;
const MARKED = /marked|741_?852_?963/i;
const RAW = { key: serdes.bytes(), value: serdes.bytes() };
const TEXTS = { key: serdes.string(), value: serdes.string() };

/** Where the compiler would not let it pass. */
const wrong = (value: unknown): never => value as never;
const TO = wrong(TEXTS);

type Run = (options: TestDriverOptions) => Promise<void> | void;

/** All that is told of a run: of the error and its causes, and the log. */
async function told(run: Run, options: TestDriverOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = (message: string, fields?: object): void => void lines.push(message, inspect(fields, { depth: 9 }));
  const logger = { debug: log, info: log, warn: log, error: log };
  try {
    await run({ ...options, logger });
  } catch (error) {
    for (let one: unknown = error; one !== undefined; one = one instanceof Error ? one.cause : undefined) {
      lines.push(one instanceof Error ? one.message : '', inspect(one, { depth: 9 }));
    }
  }
  return lines;
}

const DROPPING: TestDriverOptions = { errors: { then: 'deadLetter', deadLetterTopic: 'dead' } };

function quiet(name: string, run: Run): void {
  it.each<[string, TestDriverOptions]>([
    ['which ends the instance', {}],
    ['which becomes a dead letter', DROPPING],
  ])(`${name}, %s`, async (_, options) => {
    const lines = await told(run, options);
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => MARKED.test(line))).toEqual([]);
  });
}

function topologyOf(
  write: (input: KStream<string, string>) => void,
  more: object = {},
): (options: TestDriverOptions) => TopologyTestDriver {
  const builder = new StreamsBuilder();
  write(builder.stream('in', { ...TEXTS, ...more }));
  return (options) => new TopologyTestDriver(builder.build(), options);
}

/** A record of marked texts goes through operators. */
function through(name: string, write: (input: KStream<string, string>) => void, more?: object): void {
  quiet(name, async (options) => {
    const driver = topologyOf(write, more)(options);
    const input = driver.inputTopic('in', TEXTS);
    // Twice, since a reducer is asked about a second one only.
    for (let i = 0; i < 2; i += 1) input.pipe(TEXT, TEXT, { headers: [textHeader('h', TEXT)] });
    driver.advanceWallClock('1m');
    await driver.settle();
    await driver.close();
  });
}

describe('operators', () => {
  through('a predicate', (input) => input.filter((value) => wrong(value)).to('out', TO));
  through('a branch', (input) => void input.split().branch((value) => wrong(value)));
  through('map()', (input) => input.map((value) => wrong(value)).to('out', TO));
  through('flatMap()', (input) => input.flatMap((value) => wrong([value])).to('out', TO));
  through('flatMapValues()', (input) => input.flatMapValues((value) => wrong(value)).to('out', TO));
  through('flatMapValues() of a number', (input) => input.flatMapValues(() => wrong(NUMBER)).to('out', TO));
  through('selectKey()', (input) => input.selectKey(() => wrong(NUMBER)).to('out', TO));
  through('groupBy() of a table', (input) =>
    input
      .toTable(TEXTS)
      .groupBy((value) => wrong(value), TEXTS)
      .count()
      .toStream()
      .to('out', { key: serdes.string(), value: serdes.int() }),
  );
  through('asyncProcess()', (input) => input.asyncProcess((value) => Promise.resolve(wrong([value]))).to('out', TO));
  through(
    'an aggregator',
    (input) =>
      void input.groupByKey(TEXTS).aggregate<unknown>(
        () => 0,
        () => TEXT,
        wrong({ key: serdes.string(), value: serdes.int() }),
      ),
  );
  through('a reducer', (input) => void input.groupByKey(TEXTS).reduce(() => wrong(NUMBER), TEXTS));
  through('a joiner', (input) => {
    const table = input.toTable(TEXTS);
    input.join(table, (value) => wrong(value), TEXTS).to('out', wrong({ key: serdes.string(), value: serdes.int() }));
  });
});

function forwarding(name: string, forwarded: unknown, ...more: unknown[]): void {
  through(name, (input) => {
    input
      .process<string, string>(() => {
        let forward: (...args: never[]) => void;
        return {
          init: (context) => void (forward = context.forward.bind(context)),
          process: () => void Reflect.apply(forward, null, [forwarded, ...more]),
        };
      })
      .to('out', TO);
  });
}

describe('processors', () => {
  const record = { key: TEXT, value: TEXT, timestamp: 1 };
  forwarding('forward() of a text', TEXT);
  forwarding('a text for a time', { ...record, timestamp: TEXT });
  forwarding('a number for a time', { ...record, timestamp: NUMBER });
  forwarding('a bigint for a time', { ...record, timestamp: BIG });
  forwarding('headers', { ...record, headers: TEXT });
  forwarding('a header', { ...record, headers: [TEXT] });
  forwarding('a key of a header', { ...record, headers: [[NUMBER, null]] });
  forwarding('a value of a header', { ...record, headers: [['h', TEXT]] });
  forwarding('a child', record, TEXT);
  through('what process() returns', (input) =>
    input.process(() => ({ process: ({ value }) => wrong(value) })).to('out', TO),
  );
  through('a punctuator', (input) =>
    input
      .process(() => ({
        init: (context) =>
          void context.schedule('1s', 'wall-clock', () => {
            context.forward(wrong(TEXT));
          }),
        process: () => undefined,
      }))
      .to('out', TO),
  );
  through('textHeader()', (input) => input.foreach(() => textHeader('h', wrong(NUMBER))));
});

describe('sinks and sources', () => {
  const refusing: Serde<string> = { serialize: (value) => wrong(value), deserialize: () => '' };
  through('a topic extractor with a number', (input) => {
    input.to(() => wrong(NUMBER), TEXTS);
  });
  through('a value for a topic that cannot be', (input) => {
    input.to((value) => `${value} ?`, { key: serdes.string(), value: refusing });
  });
  through('a partitioner', (input) => {
    input.to('out', { ...TEXTS, partitioner: (_topic, _key, value) => wrong(value) });
  });
  through('a partitioner with a number', (input) => {
    input.to('out', { ...TEXTS, partitioner: () => Math.floor(NUMBER) });
  });
  through('a serde that gives no bytes', (input) => {
    input.to('out', { key: serdes.string(), value: refusing });
  });
  through('headers of a serde', (input) => {
    input.to('out', { key: serdes.string(), value: { ...refusing, headersFor: (value) => wrong(value) } });
  });
  for (const [name, time] of [
    ['a text', TEXT],
    ['a fraction', NUMBER],
    ['a bigint', BIG],
  ] as const) {
    through(
      `a timestamp extractor with ${name}`,
      (input) => {
        input.to('out', TO);
      },
      { timestampExtractor: () => time },
    );
  }
  quiet('a handler of errors', (options) => {
    const driver = topologyOf((input) => void input.filter((value) => wrong(value)))({
      ...options,
      processingErrorHandler: (_error, { value }) => wrong(value),
    });
    driver.inputTopic('in', TEXTS).pipe(TEXT, TEXT);
  });
  quiet('a dead letter of a handler', (options) => {
    const driver = topologyOf((input) => void input.filter((value) => wrong(value)))({
      ...options,
      processingErrorHandler: (_error, { value }) => ({
        then: 'continue',
        deadLetters: [{ topic: 'dead', value: wrong(value) }],
      }),
    });
    driver.inputTopic('in', TEXTS).pipe(TEXT, TEXT);
  });
});

interface Rows {
  put(...args: unknown[]): void;
  get(key: unknown): unknown;
}

describe('stores', () => {
  const store = wrong(stores.keyValue({ name: 'rows', key: serdes.string(), value: serdes.int() }));
  const timed = wrong(stores.timestampedKeyValue({ name: 'timed', ...TEXTS }));
  const windows = wrong(stores.window({ name: 'windows', ...TEXTS, windowSize: '1m', retention: '1h' }));
  const using = (name: string, use: (rows: Rows) => void, of: StoreBuilder<never>): void => {
    through(name, (input) => {
      const get = (): Processor<string, string, string, string> => {
        let rows: Rows;
        return {
          init: (context) => {
            rows = context.getStateStore(of);
          },
          process: () => {
            use(rows);
          },
        };
      };
      input.process({ stores: [of], get }).to('out', TO);
    });
  };
  using(
    'a value',
    (rows) => {
      rows.put('k', TEXT);
    },
    store,
  );
  using(
    'a number',
    (rows) => {
      rows.put('k', NUMBER);
    },
    store,
  );
  using(
    'a key',
    (rows) => {
      rows.put(NUMBER, 1);
    },
    store,
  );
  using(
    'a key that is asked for',
    (rows) => {
      rows.get(NUMBER);
    },
    store,
  );
  using(
    'a time',
    (rows) => {
      rows.put('k', 'v', TEXT);
    },
    timed,
  );
  using(
    'a time of a window',
    (rows) => {
      rows.put('k', 'v', NUMBER);
    },
    windows,
  );
});

/** Values that a serde refuses, and bytes. */
interface Refused {
  readonly write?: readonly unknown[];
  readonly read?: readonly (Buffer | string)[];
}

const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'n', type: 'int' },
    { name: 'm', type: { type: 'map', values: 'int' }, default: {} },
  ],
};
const OBJECT = {
  type: 'object',
  properties: { n: { type: 'integer', maximum: 5 }, e: { enum: ['a', 'b'] } },
  required: ['n'],
};
const PROTO =
  'syntax = "proto3"; enum E { A = 0; B = 1; } message Order { int32 n = 1; map<string, int32> m = 2; E e = 3; bool b = 4; }';
const registry = (): ReturnType<typeof schemaRegistry> => schemaRegistry({ client: inMemoryRegistry() });
const known = (serde: Serde<unknown>, value: unknown, ...rest: (string | Buffer)[]): readonly Buffer[] => {
  const head = serde.serialize(value, 'in').subarray(0, 5);
  return rest.map((one) => Buffer.concat([head, Buffer.from(one as string)]));
};
const EVENT = { specversion: '1.0', id: '1', source: '/s', type: 't' };
const avro = registry().avro<unknown>({ schema: ORDER });
const jsonSchema = registry().jsonSchema<unknown>({ schema: OBJECT });
const protobuf = registry().protobuf<unknown>({ schema: PROTO });
const schemas = {
  zod: z.object({ s: z.string().max(3), n: z.number().max(5) }),
  valibot: v.object({ s: v.pipe(v.string(), v.email()), n: v.pipe(v.number(), v.maxValue(5)) }),
  arktype: type({ s: 'string.email', n: 'number<5' }),
};
const MISFIT = JSON.stringify({ s: TEXT, n: NUMBER });

const SERDES: readonly [string, unknown, Refused][] = [
  ['string', serdes.string(), { write: [NUMBER, [TEXT], { TEXT }] }],
  ['string in UTF-16', serdes.string({ encoding: 'utf-16' }), { write: [NUMBER] }],
  [
    'json',
    serdes.json(),
    {
      write: [{ a: BIG }, () => TEXT, new Map([[TEXT, NUMBER]])],
      read: [TEXT, `{"a":"${TEXT}`, `{"a":${TEXT}}`, `{"a":1}${TEXT}`, `[1,"${TEXT}\n"]`],
    },
  ],
  ['json with bigints', serdes.json({ bigints: true }), { read: [TEXT, `{"a":${String(BIG)}`] }],
  ['int', serdes.int(), { write: [TEXT, NUMBER, BIG, 741_852_963_741], read: [TEXT] }],
  ['short', serdes.short(), { write: [TEXT, Math.floor(NUMBER)], read: [TEXT] }],
  [
    'long',
    serdes.long(),
    {
      write: [TEXT, NUMBER, Number(BIG)],
      read: [TEXT, Buffer.from(741_852_963_741_852_963n.toString(16).padStart(16, '0'), 'hex')],
    },
  ],
  ['bigint', serdes.bigint(), { write: [TEXT, BIG, NUMBER], read: [TEXT] }],
  ['float', serdes.float(), { write: [TEXT], read: [TEXT] }],
  ['double', serdes.double(), { write: [TEXT, BIG], read: [TEXT] }],
  ['boolean', serdes.boolean(), { write: [TEXT], read: [TEXT] }],
  ['uuid', serdes.uuid(), { write: [TEXT, NUMBER], read: [TEXT] }],
  ['bytes', serdes.bytes(), { write: [TEXT, NUMBER] }],
  ['list', serdes.list(serdes.int()), { write: [TEXT, [TEXT], [NUMBER]], read: [TEXT] }],
  ['optional', serdes.list(serdes.optional(serdes.int())), { write: [[TEXT]], read: [TEXT] }],
  ['time windows', serdes.timeWindowed(serdes.string(), 5), { write: [TEXT], read: ['MARKED'] }],
  [
    'cloud events',
    wrong(serdes.cloudEvents({ data: serdes.json() })),
    {
      write: [
        TEXT,
        { ...EVENT, id: NUMBER },
        { ...EVENT, specversion: TEXT },
        { ...EVENT, extensions: { a: NUMBER } },
        { ...EVENT, data: { a: BIG } },
      ],
      read: [
        TEXT,
        `{"a":${TEXT}}`,
        `{"specversion":"${TEXT}"}`,
        JSON.stringify({ ...EVENT, id: NUMBER }),
        JSON.stringify({ ...EVENT, a: [TEXT] }),
        JSON.stringify({ ...EVENT, data_base64: `?${TEXT}` }),
      ],
    },
  ],
  [
    'cloud events of texts',
    wrong(serdes.cloudEvents({ data: serdes.string(), mode: 'structured' })),
    {
      write: [
        { ...EVENT, data: TEXT },
        { ...EVENT, datacontenttype: `${TEXT}/json`, data: TEXT },
      ],
    },
  ],
  [
    'zod',
    wrong(serdes.json(schemas.zod, { checkWrites: true })),
    { write: [{ s: TEXT, n: NUMBER }], read: [MISFIT, TEXT] },
  ],
  [
    'valibot',
    wrong(serdes.json(schemas.valibot, { checkWrites: true })),
    {
      write: [{ s: TEXT, n: NUMBER }],
      read: [MISFIT, TEXT, JSON.stringify(TEXT), JSON.stringify({ s: NUMBER, n: TEXT })],
    },
  ],
  [
    'arktype',
    wrong(serdes.json(schemas.arktype, { checkWrites: true })),
    {
      write: [{ s: TEXT, n: NUMBER }],
      read: [MISFIT, TEXT, JSON.stringify(TEXT), JSON.stringify({ s: NUMBER, n: TEXT })],
    },
  ],
  ['messagePack', messagePack(), { write: [() => TEXT, { a: () => TEXT }], read: [TEXT] }],
  [
    'cbor',
    cbor(),
    {
      write: [Symbol(TEXT), { a: Symbol(TEXT) }],
      read: [
        TEXT,
        Buffer.concat([Buffer.from([0xd8, 0x23, 0x60 + TEXT.length + 1]), Buffer.from(`(${TEXT}`)]),
        Buffer.concat([Buffer.from([0xc0, 0x60 + TEXT.length]), Buffer.from(TEXT)]),
      ],
    },
  ],
  [
    'avro',
    wrong(avro),
    {
      write: [TEXT, { n: TEXT }, { n: NUMBER }, { n: BIG }, { n: 1, m: { [TEXT]: 'x' } }],
      read: [TEXT, ...known(avro, { n: 1, m: {} }, TEXT)],
    },
  ],
  [
    'JSON Schema',
    wrong(jsonSchema),
    {
      write: [TEXT, { n: NUMBER }, { n: 1, e: TEXT }],
      read: [TEXT, ...known(jsonSchema, { n: 1 }, TEXT, `{"n":"${TEXT}"}`, `{"n":${String(NUMBER)}}`)],
    },
  ],
  [
    'Protobuf',
    wrong(protobuf),
    {
      write: [TEXT, { n: TEXT }, { n: NUMBER }, { n: BIG }, { e: TEXT }, { b: TEXT }, { m: { [TEXT]: TEXT } }],
      read: [TEXT, ...known(protobuf, { n: 1 }, TEXT, `\0${TEXT}`)],
    },
  ],
];

describe.each(SERDES)('%s', (_, given, { write = [], read = [] }) => {
  const serde = wrong(given);
  for (const [i, value] of write.entries()) {
    through(`refuses a value, ${String(i)}`, (input) => {
      input.mapValues(() => wrong(value)).to('out', { key: serdes.string(), value: serde });
    });
    through(`refuses a key, ${String(i)}`, (input) => {
      input.selectKey(() => wrong(value)).to('out', { key: serde, value: serdes.string() });
    });
    through(`refuses it in a store, ${String(i)}`, (input) => {
      input.mapValues(() => wrong(value)).toTable({ key: serdes.string(), value: serde });
    });
  }
  for (const [i, raw] of read.entries()) {
    const bytes = Buffer.from(raw as string);
    const reading =
      (key: Serde<unknown>, value: Serde<unknown>): Run =>
      (options) => {
        const driver = topologyOf(
          (input) => {
            input.to('out', TO);
          },
          { key, value },
        )(options);
        driver.inputTopic('in', RAW).pipe(key === serde ? bytes : Buffer.from(TEXT), bytes);
      };
    quiet(`refuses bytes, ${String(i)}`, reading(serdes.bytes(), serde));
    quiet(`refuses bytes of a key, ${String(i)}`, reading(serde, serdes.bytes()));
    quiet(`refuses bytes that are restored, ${String(i)}`, () => {
      const place = { topic: 'in', partition: 0 };
      const cursor = new MemoryCursor([
        { ...place, offset: 0, timestamp: 1, key: Buffer.from(TEXT), value: bytes, headers: NO_HEADERS },
      ]);
      cursor.next();
      void restoreRecord(cursor, {
        state: {} as TaskState,
        place: { ...place, store: 's', task: '0_0' },
        decoders: { key: serdes.bytes(), value: serde },
        undecodable: (error) => {
          throw error;
        },
      });
    });
  }
});
