import { afterEach, describe, expect, it } from 'vitest';
import { StreamsBuilder, type BuildOptions } from '../../src/dsl/streams-builder.js';
import type { KGroupedStream } from '../../src/dsl/grouped-stream.js';
import type { KStream } from '../../src/dsl/stream.js';
import type { ProcessorWrapper } from '../../src/processor/api/processor-wrapper.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { FailedRecord } from '../../src/task/error-handlers.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../src/testing/test-driver-options.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { SlidingWindows } from '../../src/time/sliding-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

interface Order {
  readonly item: string;
}
type Items = KGroupedStream<string, Order>;
type Orders = KStream<string, Order>;

let driver: TopologyTestDriver | null = null;
afterEach(async () => {
  await driver?.close();
});

/** JSON that notes which topics it has decoded values of. */
function noting(decoded: string[]): Serde<Order> {
  const json = serdes.json<Order>();
  return {
    serialize: (value, topic) => json.serialize(value, topic),
    deserialize(bytes, topic) {
      decoded.push(topic);
      return json.deserialize(bytes, topic);
    },
    holdsValue: (buffer, start, end) => json.holdsValue?.(buffer, start, end) ?? false,
  };
}

interface Ways {
  readonly driver?: TestDriverOptions;
  readonly build?: BuildOptions;
}

function decodedTopics(build: (items: Items, orders: Orders) => void, ways: Ways = {}): string[] {
  const decoded: string[] = [];
  const builder = new StreamsBuilder();
  const value = noting(decoded);
  const orders = builder.stream('orders', { key: serdes.string(), value });
  build(
    orders.groupBy((order) => order.item, { name: 'by-item', key: serdes.string(), value }),
    orders,
  );
  driver = new TopologyTestDriver(builder.build(ways.build), { applicationId: 'shop', ...ways.driver });
  driver.inputTopic('orders', { key: serdes.string(), value: serdes.json<Order>() }).pipe('a', { item: 'pen' });
  return decoded;
}

/** Whoever is around an operator sees the values that come. */
const LOOKING: ProcessorWrapper = { wrapProcessorSupplier: (_name, supplier) => supplier };

const done = (): void => undefined;

describe('values that are only counted', () => {
  it.each<[string, (items: Items) => void]>([
    ['count', (items) => items.count().toStream().foreach(done)],
    [
      'count of windows',
      (items) =>
        items
          .windowedBy(TimeWindows.of({ size: '10s' }))
          .count()
          .toStream()
          .foreach(done),
    ],
    [
      'count of sliding windows',
      (items) =>
        items
          .windowedBy(SlidingWindows.of({ timeDifference: '10s' }))
          .count()
          .toStream()
          .foreach(done),
    ],
    [
      'count of sessions',
      (items) =>
        items
          .windowedBy(SessionWindows.of({ gap: '10s' }))
          .count()
          .toStream()
          .foreach(done),
    ],
  ])('are not decoded behind a repartition topic: %s', (_, build) => {
    expect(decodedTopics(build)).toEqual(['orders']);
  });

  it.each<[string, (items: Items, orders: Orders) => void, Ways?]>([
    [
      'reduce',
      (items) =>
        items
          .reduce((one) => one)
          .toStream()
          .foreach(done),
    ],
    [
      'aggregate',
      (items) =>
        items.aggregate(
          () => 0,
          (sum) => sum + 1,
          { value: serdes.long() },
        ),
    ],
    [
      'count beside reduce',
      (items) => {
        items.count();
        items.reduce((one) => one);
      },
      { build: { optimize: 'all' } },
    ],
    ['count with a wrapper around it', (items) => items.count(), { build: { processorWrapper: LOOKING } }],
  ])('are decoded for %s', (_, build, ways) => {
    expect(decodedTopics(build, ways)).toContain('shop-by-item-repartition');
  });

  it('are decoded in topics that others write', () => {
    const decoded: string[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream('orders', { key: serdes.string(), value: noting(decoded) })
      .groupByKey()
      .count();
    driver = new TopologyTestDriver(builder.build());
    const text = driver.inputTopic('orders', { key: serdes.string(), value: serdes.string() });
    text.pipe('a', '{"item":"pen"}');
    expect(decoded).toEqual(['orders']);
    expect(() => {
      text.pipe('a', '{"item"}');
    }).toThrow(/the value cannot be decoded/);
  });

  it('are not counted where the bytes say null', () => {
    const builder = new StreamsBuilder();
    const value = serdes.json<object | string | number | boolean>();
    builder
      .stream('orders', { key: serdes.string(), value })
      .mapValues((order) => (order === 'none' ? { toJSON: () => null } : order))
      .groupBy(() => 'all', { key: serdes.string(), value })
      .count({ store: 'counts' });
    const made = new TopologyTestDriver(builder.build());
    driver = made;
    const input = made.inputTopic('orders', { key: serdes.string(), value });
    for (const order of [{ item: 'pen' }, [1], 'text', 'none', 5, false]) input.pipe('a', order);
    expect(made.timestampedKeyValueStore('counts').get('all')?.value).toBe(5);
  });

  it('are shown to the handler of an error', () => {
    const failed: FailedRecord[] = [];
    const refusing: Serde<string> = {
      ...{ deserialize: (bytes) => String(bytes) },
      serialize() {
        throw new Error('no such key');
      },
    };
    decodedTopics((items) => items.count({ key: refusing }), {
      driver: {
        processingErrorHandler: (_error, record) => {
          failed.push(record);
          return 'continue';
        },
      },
    });
    expect(failed.map(({ topic, value }) => ({ topic, value }))).toEqual([
      { topic: 'shop-by-item-repartition', value: { item: 'pen' } },
    ]);
  });
});
