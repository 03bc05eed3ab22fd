import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { FixedKeyProcessorContext } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import type { SessionStore } from '../../src/store/session-store.js';
import type { TimestampedWindowStore } from '../../src/store/window-store.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const texts = { key: serdes.string(), value: serdes.string() };

/** A processor that holds the store of an aggregation, and puts into it what has that value. */
function reading(builder: StreamsBuilder, put: (context: FixedKeyProcessorContext<string, string>) => void): void {
  builder.stream('reading', texts).processValues<string>(
    () => {
      let context: FixedKeyProcessorContext<string, string>;
      return {
        init(given) {
          context = given;
          context.getStateStore('s');
        },
        process({ value }) {
          if (value === 'put') put(context);
        },
      };
    },
    { stores: ['s'] },
  );
}

async function lateAfter(
  builder: StreamsBuilder,
  inputs: readonly (readonly [topic: string, key: string, value: string, timestamp: number])[],
): Promise<(number | undefined)[]> {
  const driver = new TopologyTestDriver(builder.build());
  try {
    return inputs.map(([topic, key, value, timestamp]) => {
      driver.inputTopic(topic, texts).pipe(key, value, { timestamp });
      return driver.metrics.drops['late'];
    });
  } finally {
    await driver.close();
  }
}

it('a put that a session store refuses counts once, whoever else holds the store', async () => {
  const builder = new StreamsBuilder();
  builder
    .stream('in', texts)
    .groupByKey()
    .windowedBy(SessionWindows.of({ gap: 5 }))
    .count({ store: 's', engine: 'memory' });
  reading(builder, (context) => {
    context.getStateStore<SessionStore<string, number>>('s').put('c', 1, 1, 7);
  });
  const late = await lateAfter(builder, [
    ['in', 'b', 'x', 20],
    ['reading', 'q', 'look', 20],
    ['in', 'a', 'x', 15],
    ['reading', 'q', 'look', 20],
    ['reading', 'q', 'put', 20],
    ['in', 'b', 'x', 21],
  ]);
  expect(late).toEqual([undefined, undefined, 1, 1, 2, 2]);
});

it('so does one that a window store refuses', async () => {
  const builder = new StreamsBuilder();
  builder
    .stream('in', texts)
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: 10 }))
    .count({ store: 's', engine: 'memory' });
  reading(builder, (context) => {
    const store = context.getStateStore<TimestampedWindowStore<string, number>>('s');
    // The operator knows nothing of this time: it is the store that refuses what follows.
    store.put('far', 1, 1000, 1000);
    store.put('c', 1, 1, 1);
  });
  const late = await lateAfter(builder, [
    ['in', 'b', 'x', 20],
    ['reading', 'q', 'put', 20],
    ['in', 'b', 'x', 21],
    ['reading', 'q', 'look', 20],
  ]);
  expect(late).toEqual([undefined, 1, 2, 2]);
});
