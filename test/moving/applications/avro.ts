/** An application whose records have schemas in a registry: keys and values, on the way to a repartition topic and in a store. */
import type { SchemaRegistry } from '../../../src/registry/schema-registry.js';
import { serdes } from '../../../src/serde/serdes.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { groupOf, numberOf, TEXTS, type MovingApplication } from './application.js';

interface Group {
  readonly name: string;
}
interface Sum {
  readonly count: number;
  readonly sum: number;
  readonly most: string | null;
}

const SIZE_MS = 10_000;
const GROUP = { type: 'record', name: 'Group', namespace: 'moving', fields: [{ name: 'name', type: 'string' }] };
const SUM = {
  type: 'record',
  name: 'Sum',
  namespace: 'moving',
  fields: [
    { name: 'count', type: 'int' },
    { name: 'sum', type: 'long' },
    { name: 'most', type: ['null', 'string'], default: null },
  ],
};

function added(one: Sum, other: Sum): Sum {
  const keep = other.most === null || (one.most !== null && one.most >= other.most);
  return { count: one.count + other.count, sum: one.sum + other.sum, most: keep ? one.most : other.most };
}

export function avroSums(registry: SchemaRegistry): MovingApplication {
  const key = registry.avro<Group>({ schema: GROUP });
  const value = registry.avro<Sum>({ schema: SUM });
  return {
    name: 'avro-sums',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .filter((text: string | null, name: string | null) => text !== null && name !== null)
        .map((text, name) => {
          const number = numberOf(text);
          const most = number % 3 === 0 ? null : name;
          return [{ name: groupOf(text) }, { count: 1, sum: number, most }] as [Group, Sum];
        })
        .groupByKey({ name: 'by-group', key, value })
        .windowedBy(TimeWindows.of({ size: SIZE_MS, grace: '1h' }))
        .reduce(added, { store: 'sums', key, value })
        .toStream()
        .to(output, { key: serdes.timeWindowed(key, SIZE_MS), value });
    },
    certain: 'last',
    changelogs: ['sums'],
  };
}
