import { expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { ValueTransformer } from '../../src/processor/api/value-transformer.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const same = (): ValueTransformer<string, string, string | null> => ({ transform: (value) => value });

it('keeps its result in a store only when that is named, and uses up no number for it otherwise', () => {
  const builder = new StreamsBuilder();
  const table = builder.table('t', texts);
  expect(table.transformValues(same, { ...texts, caching: false }).queryableStoreName).toBeNull();
  expect(table.transformValues(same, { store: 's' }).queryableStoreName).toBe('s');
  const topology = builder.build();
  expect(operatorOf(topology, 'KTABLE-TRANSFORMVALUES-0000000003')).toMatchObject({ store: null });
  expect(operatorOf(topology, 'KTABLE-TRANSFORMVALUES-0000000004')).toMatchObject({
    kind: 'tableTransformValues',
    store: 's',
    sendOldValues: false,
  });
});

it('is read through its parent, with the stores that it may use', () => {
  const builder = new StreamsBuilder();
  builder.addStateStore(stores.keyValue({ name: 'mine', ...texts }));
  const table = builder.table('t', texts).transformValues(same, { name: 'x', stores: ['mine'] });
  builder.stream('s', texts).join(table, (value) => value, { name: 'j' });
  const topology = builder.build();
  const store = 't-STATE-STORE-0000000000';
  expect(operatorOf(topology, 'j')).toMatchObject({
    table: { kind: 'transformValues', operator: 'x', stores: ['mine'], parent: { kind: 'store', store } },
  });
  expect(topology.node('x')).toMatchObject({ stores: ['mine'] });
  expect(topology.node('j')).toMatchObject({ stores: [store] });
});

it('refuses what is no transformer', () => {
  const table = new StreamsBuilder().table('t', texts);
  expect(() => table.transformValues('x' as never)).toThrow(/supplier of transformValues\(\)/);
  expect(() => table.transformValues(() => ({ process: () => undefined }) as never)).toThrow(/with transform\(\)/);
  expect(() => table.transformValues(same, { window: 1 } as never)).toThrow(/transformValues\(\)/);
});
