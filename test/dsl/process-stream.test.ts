import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { FixedKeyProcessor, Processor } from '../../src/processor/api/processor.js';
import { serdes } from '../../src/serde/serdes.js';

const texts = { key: serdes.string(), value: serdes.string() };

function silent(): Processor<string, string, string, string> {
  return { process: () => undefined };
}

function silentValues(): FixedKeyProcessor<string, string, string> {
  return { process: () => undefined };
}

describe('process', () => {
  it('makes one sub-topology of two suppliers that bring the same store', () => {
    // Kafka Streams leaves them apart, with two stores of one name that share a changelog.
    const builder = new StreamsBuilder();
    const shared = stores.keyValue({ ...texts, name: 'shared' });
    builder.stream('one', texts).process({ get: silent, stores: [shared] });
    builder.stream('two', texts).processValues({ get: silentValues, stores: [shared] });
    const parts = builder.build().subTopologies();
    expect(parts.map((part) => [part.sourceTopics, part.stores])).toEqual([[['one', 'two'], ['shared']]]);
  });

  it('refuses options and suppliers that are none', () => {
    const stream = new StreamsBuilder().stream('one', texts);
    expect(() => stream.process(silent, { store: 'one' } as object)).toThrow(
      /has no option store; did you mean stores/,
    );
    expect(() => stream.process(silent, { stores: 'one' as unknown as string[] })).toThrow(/must be a list of names/);
    expect(() => stream.process({} as unknown as () => Processor<string, string>)).toThrow(/supplier of process\(\)/);
    expect(() => stream.process({ get: silent, stores: ['one'] as never })).toThrow(/stores of the supplier/);
  });

  it('uses up a number only where it is not named', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('one', texts)
      .process(silent, { name: 'named' })
      .filter(() => true);
    expect(String(builder.build())).toContain('KSTREAM-FILTER-0000000001');
  });
});
