import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../../src/dsl/streams-builder.js';
import { stores } from '../../../../src/dsl/stores.js';
import { serdes } from '../../../../src/serde/serdes.js';
import type { ProcessorContext } from '../../../../src/processor/api/processor-context.js';
import type { TimestampedKeyValueStore } from '../../../../src/store/key-value-store.js';
import type { WindowStore } from '../../../../src/store/window-store.js';
import type { StateStore } from '../../../../src/store/state-store.js';
import { TopologyTestDriver } from '../../../../src/testing/test-driver.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const retention = { retention: '1h', windowSize: 10 } as const;
const KINDS = {
  timestamped: stores.timestampedKeyValue({ name: 'timestamped', ...STRINGS }),
  window: stores.window({ name: 'window', ...STRINGS, ...retention }),
  timestampedWindow: stores.timestampedWindow({ name: 'timestampedWindow', ...STRINGS, ...retention }),
  session: stores.session({ name: 'session', ...STRINGS, retention: '1h' }),
  versioned: stores.versioned({ name: 'versioned', ...STRINGS, historyRetention: '1h' }),
  plain: stores.keyValue({ name: 'plain', ...STRINGS }),
};

type AnyStore = StateStore & { put(...args: unknown[]): unknown } & Readonly<
    Record<string, ((...args: unknown[]) => unknown) | undefined>
  >;

/** Pipes a record of this time through a processor that uses the store. */
function used(
  kind: keyof typeof KINDS,
  use: (store: AnyStore) => void,
  timestamp: number | bigint = 5,
): TopologyTestDriver {
  const builder = new StreamsBuilder();
  builder.stream('in', STRINGS).process({
    stores: [KINDS[kind]],
    get: () => {
      let store: AnyStore;
      return {
        init: (context) => {
          store = context.getStateStore(kind);
        },
        process: () => {
          use(store);
        },
      };
    },
  });
  const driver = new TopologyTestDriver(builder.build());
  driver.inputTopic('in', STRINGS).pipe('k', 'v', { timestamp });
  return driver;
}

const PUTS: [keyof typeof KINDS, (store: AnyStore, time: unknown) => void][] = [
  ['timestamped', (store, time) => store.put('k', 'v', time)],
  ['window', (store, time) => store.put('k', 'v', time)],
  ['timestampedWindow', (store, time) => store.put('k', 'v', 0, time)],
  ['timestampedWindow', (store, time) => store.put('k', 'v', time, 0)],
  ['session', (store, time) => store.put('k', time, 10, 'v')],
  ['session', (store, time) => store.put('k', 0, time, 'v')],
  ['versioned', (store, time) => store.put('k', 'v', time)],
];

describe.each(PUTS)('a put into a %s store', (kind, put) => {
  it.each<[unknown, string]>([
    [1.5, 'a number with a fraction'],
    [NaN, 'NaN'],
    [2 ** 53, 'a number above 9007199254740991'],
    [undefined, 'undefined'],
    ['5', 'a text of 1 character'],
    [5n, 'a bigint'],
    [new Date(5), 'a Date'],
  ])('is refused with the time %o', (time, shown) => {
    expect(() => used(kind, (store) => put(store, time))).toThrow(
      expect.objectContaining({
        code: 'TIMESTAMP_INVALID',
        message: expect.stringContaining(`store ${kind} cannot keep the time ${shown}`) as string,
        store: kind,
        node: 'KSTREAM-PROCESSOR-0000000001',
        topic: 'in',
        offset: 0,
      }) as Error,
    );
  });
});

const READS: [keyof typeof KINDS, string, (store: AnyStore, time: unknown) => unknown][] = [
  ...(['window', 'timestampedWindow'] as const).flatMap((kind): typeof READS => [
    [kind, 'fetch', (store, time) => store['fetch']?.('k', time)],
    [kind, 'fetchRange from', (store, time) => store['fetchRange']?.('k', time, 5)],
    [kind, 'fetchRange to', (store, time) => store['fetchRange']?.('k', 0, time)],
    [kind, 'fetchAll', (store, time) => store['fetchAll']?.(0, time)],
    [kind, 'backwardFetchKeys', (store, time) => store['backwardFetchKeys']?.('a', 'z', time, 5)],
  ]),
  ['session', 'findSessions', (store, time) => store['findSessions']?.('k', time, 5)],
  ['session', 'findSessionsByEnd', (store, time) => store['findSessionsByEnd']?.(0, time)],
  ['session', 'fetchSession', (store, time) => store['fetchSession']?.('k', 0, time)],
  ['versioned', 'getAsOf', (store, time) => store['getAsOf']?.('k', time)],
  ['versioned', 'versions', (store, time) => store['versions']?.('k', time, 5)],
];

describe.each(READS)('a read of a %s store by %s', (kind, _, read) => {
  it.each<[unknown, string]>([
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    ['5', 'a text of 1 character'],
    [5n, 'a bigint'],
    [new Date(5), 'a Date'],
  ])('does not look for the time %o', (time, shown) => {
    expect(() => used(kind, (store) => void read(store, time))).toThrow(
      expect.objectContaining({
        code: 'TIMESTAMP_INVALID',
        message: expect.stringContaining(`store ${kind} cannot look for the time ${shown}`) as string,
        node: 'KSTREAM-PROCESSOR-0000000001',
      }) as Error,
    );
  });

  it.each([-1, 0.5, -Infinity, Infinity])('may look for %d', (time) => {
    expect(() => used(kind, (store) => void read(store, time))).not.toThrow();
  });
});

it('a record of a time beyond the safe numbers cannot put into a store that logs its time', () => {
  for (const kind of ['plain', 'window', 'session'] as const) {
    const put = (store: AnyStore): unknown => (kind === 'session' ? store.put('k', 0, 1, 'v') : store.put('k', 'v', 0));
    expect(() => used(kind, put, 2n ** 62n)).toThrow(expect.objectContaining({ code: 'TIMESTAMP_INVALID' }) as Error);
  }
});

it('-0 is 0 wherever a time comes in: from a test, an extractor, a processor, a put', () => {
  const times: unknown[] = [];
  const builder = new StreamsBuilder();
  builder
    .stream('in', { ...STRINGS, timestampExtractor: ({ timestamp }) => timestamp * -1 })
    .process({
      stores: [KINDS.timestamped, KINDS.window],
      get: () => {
        let context: ProcessorContext<string, string>;
        return {
          init: (given) => (context = given),
          process: (record) => {
            const rows = context.getStateStore<TimestampedKeyValueStore<string, string>>('timestamped');
            const windows = context.getStateStore<WindowStore<string, string>>('window');
            rows.put('k', 'v', -0);
            windows.put('k', 'v', -0);
            times.push(record.timestamp, rows.get('k')?.timestamp, [...windows.all()][0]?.[0].window.start);
            context.forward(record.withTimestamp(-0));
          },
        };
      },
    })
    .to('out', STRINGS);
  builder.stream('plain', STRINGS).to('out', STRINGS);
  const driver = new TopologyTestDriver(builder.build());
  driver.inputTopic('in', STRINGS).pipe('k', 'v', { timestamp: 0 });
  driver.inputTopic('plain', STRINGS).pipe('k', 'v', { timestamp: -0 });
  times.push(
    ...driver
      .outputTopic('out', STRINGS)
      .readRecords()
      .map(({ timestamp }) => timestamp),
  );
  expect(times).toEqual([0, 0, 0, 0, 0]);
});

it('times of every day are kept', () => {
  for (const [kind, put] of PUTS) expect(() => used(kind, (store) => put(store, 5))).not.toThrow();
});
