import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { TopologyBuilder } from '../../src/dsl/topology-builder.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import type { Processor } from '../../src/processor/api/processor.js';
import type { Record } from '../../src/processor/api/record.js';
import { serdes } from '../../src/serde/serdes.js';
import type { KeyValueStore } from '../../src/store/key-value-store.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';

const texts = { key: serdes.string(), value: serdes.string() };
const rows = stores.keyValue({ ...texts, name: 'rows' });

type Context = ProcessorContext<string, string>;

function processing(process: (record: Record<string, string>, context: Context) => void) {
  return (): Processor<string, string, string, string> => {
    let given: Context;
    return {
      init: (context) => {
        given = context;
      },
      process: (record) => {
        process(record, given);
      },
    };
  };
}

const passing = processing((record, context) => {
  context.forward(record);
});

/** Puts each record into a store. */
const keeping = processing((record, context) => {
  context.getStateStore<KeyValueStore<string, string>>('rows').put(record.key, record.value);
});

/** Gives each record the row of its key. */
const lookingUp = processing((record, context) => {
  const row = context.getStateStore<KeyValueStore<string, string>>('rows').get(record.key);
  context.forward(record.withValue(`${record.value}+${row ?? 'nothing'}`));
});

function results(driver: TopologyTestDriver): [string | null, string | null][] {
  return driver.outputTopic('out', texts).readKeyValues();
}

describe('a topology by hand', () => {
  it('runs as one of the DSL', () => {
    const counting = processing((record, context) => {
      const store = context.getStateStore(counts);
      const count = (store.get(record.value) ?? 0) + 1;
      store.put(record.value, count);
      context.forward(record.withKey(record.value).withValue(String(count)));
    });
    const counts = stores.keyValue({ name: 'counts', key: serdes.string(), value: serdes.long() });
    const topology = new TopologyBuilder()
      .addSource('lines', 'in', texts)
      .addProcessor(
        'words',
        processing((record, context) => {
          for (const word of record.value.split(' ')) context.forward(record.withValue(word));
        }),
        'lines',
      )
      .addProcessor('count', counting, 'words')
      .addStateStore(counts, 'count')
      .addSink('out', 'out', 'count', texts)
      .build();
    const driver = new TopologyTestDriver(topology);
    driver.inputTopic('in', texts).pipe('k', 'to be or not to be');
    expect(results(driver)).toEqual([
      ['to', '1'],
      ['be', '1'],
      ['or', '1'],
      ['not', '1'],
      ['to', '2'],
      ['be', '2'],
    ]);
  });

  it('is a value: what is added later is in the next one', () => {
    const builder = new TopologyBuilder().addSource('lines', 'in').addProcessor('pass', passing, 'lines');
    const first = builder.build();
    builder.addStateStore(rows, 'pass').addSink('out', 'out', 'pass');
    expect(first.nodes.map((node) => node.name)).toEqual(['lines', 'pass']);
    expect(first.nodes[1]).toMatchObject({ stores: [] });
    expect(builder.build().nodes[1]).toMatchObject({ stores: ['rows'] });
    expect(String(builder.describe())).toContain('Sink: out (topic: out)');
    expect(Object.isFrozen(first.nodes[1])).toBe(true);
  });

  it('reads a store of every task from a topic that serves as its changelog', () => {
    const topology = new TopologyBuilder()
      .addReadOnlyStateStore(rows, 'rows-topic', keeping, { ...texts, source: 'rows-source', processor: 'keep' })
      .addSource('lines', 'in', texts)
      .addProcessor('look-up', lookingUp, 'lines')
      .connectProcessorAndStateStores('look-up', 'rows')
      .addSink('out', 'out', 'look-up', texts)
      .build();
    expect(topology.stores.get('rows')).toMatchObject({ logging: false, sourceTopic: 'rows-topic' });
    expect(topology.node('rows-source')).toMatchObject({ offsetReset: 'earliest' });
    const driver = new TopologyTestDriver(topology);
    driver.inputTopic('in', texts).pipe('a', '1');
    driver.inputTopic('rows-topic', texts).pipe('a', 'row');
    driver.inputTopic('in', texts).pipe('a', '2');
    expect(results(driver).map(([, value]) => value)).toEqual(['1+nothing', '2+row']);
    expect(driver.producedTopics).toEqual(['out']);
  });

  it('reads a global store', () => {
    const topology = new TopologyBuilder()
      .addSource('lines', 'in', texts)
      .addProcessor('look-up', lookingUp, 'lines')
      .addGlobalStore(rows, 'rows-topic', keeping, { ...texts, source: 'rows-source', processor: 'keep' })
      .addSink('out', 'out', 'look-up', texts)
      .build();
    const driver = new TopologyTestDriver(topology);
    driver.inputTopic('rows-topic', texts).pipe('a', 'row');
    driver.inputTopic('in', texts).pipe('a', '1');
    expect(results(driver)).toEqual([['a', '1+row']]);
    expect(driver.store<KeyValueStore<string, string>>('rows').get('a')).toBe('row');
  });

  it('refuses what cannot be', () => {
    const builder = new TopologyBuilder().addSource('lines', 'in');
    expect(() => builder.addProcessor('', passing, 'lines')).toThrow(/needs a name/);
    expect(() => builder.addProcessor('pass', passing, [])).toThrow(/at least one parent/);
    expect(() => builder.addSink('out', 'not a topic', 'lines')).toThrow(/topic of sink out/);
    expect(() => builder.connectProcessorAndStateStores('lines')).toThrow(/name the stores/);
    expect(() => builder.addSource('more', 'x', { name: 'y' } as object)).toThrow(/has no option name/);
    const options = { source: 's', processor: 'p' };
    expect(() => builder.addGlobalStore(rows, 't', { get: keeping, stores: [rows] }, options)).toThrow(/exactly one/);
  });
});
