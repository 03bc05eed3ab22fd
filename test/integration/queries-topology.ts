/** What the instances of `queries.test.ts` have in common. */
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';

export interface AskedOptions {
  readonly application: Omit<KafkaStreamsOptions, 'logger'>;
}

export function counting(input: string): Topology {
  const builder = new StreamsBuilder();
  builder.stream(input, { key: serdes.string(), value: serdes.string() }).groupByKey().count({ store: 'counts' });
  return builder.build();
}
