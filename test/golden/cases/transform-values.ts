import type { ValueTransformer } from '../../../src/processor/api/value-transformer.js';
import { serdes } from '../../../src/serde/serdes.js';
import { stores } from '../../../src/dsl/stores.js';
import type { GoldenCase } from '../golden-case.js';
import { texts } from './streams.js';
import { table } from './tables.js';

const same = (): ValueTransformer<string, string, string | null> => ({ transform: (value) => value });
const value = (given: string): string => given;
const swap = (given: string, key: string): [string, string] => [given, key];

/** Tables with values made by transformers. */
export const transformValuesCases: readonly GoldenCase[] = [
  {
    name: 'transform-values',
    write: (builder) => table(builder, 'users').transformValues(same).toStream().to('output'),
  },
  {
    name: 'transform-values-named',
    write: (builder) => table(builder, 'users').transformValues(same, { name: 'shape' }).toStream().to('output'),
  },
  {
    name: 'transform-values-stored',
    write: (builder) => table(builder, 'users').transformValues(same, { store: 'shaped' }).toStream().to('output'),
  },
  {
    name: 'transform-values-named-stored',
    write: (builder) =>
      table(builder, 'users').transformValues(same, { name: 'shape', store: 'shaped' }).toStream().to('output'),
  },
  {
    name: 'transform-values-serde-only',
    write: (builder) => table(builder, 'users').transformValues(same, texts).mapValues(value).toStream().to('output'),
  },
  {
    name: 'transform-values-grouped',
    write: (builder) => table(builder, 'users').transformValues(same).groupBy(swap).count().toStream().to('output'),
  },
  {
    name: 'transform-values-joined',
    write: (builder) =>
      table(builder, 'users')
        .transformValues(same)
        .join(table(builder, 'towns').transformValues(same, { store: 'shaped' }), value)
        .toStream()
        .to('output'),
  },
  {
    name: 'transform-values-with-stores',
    write: (builder) => {
      builder.addStateStore(stores.keyValue({ name: 'seen', key: serdes.string(), value: serdes.string() }));
      builder.addStateStore(stores.keyValue({ name: 'known', key: serdes.string(), value: serdes.string() }));
      table(builder, 'users')
        .transformValues(same, { stores: ['seen', 'known'] })
        .toStream()
        .to('output');
    },
  },
  {
    name: 'transform-values-with-stores-joined',
    write: (builder) => {
      builder.addStateStore(stores.keyValue({ name: 'seen', key: serdes.string(), value: serdes.string() }));
      table(builder, 'users')
        .transformValues(same, { stores: ['seen'] })
        .mapValues(value)
        .join(table(builder, 'towns'), value)
        .toStream()
        .to('output');
    },
  },
];
