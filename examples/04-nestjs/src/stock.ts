/** The topology of the example: what is in stock of each article. */
import { serdes, StreamsBuilder, type Topology } from 'millrace';

export interface Movement {
  readonly pieces: number;
}

export function stockTopology(movements: string): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(movements, { key: serdes.string(), value: serdes.json<Movement>() })
    .groupByKey()
    .aggregate(
      () => 0,
      (stock, movement) => stock + movement.pieces,
      { store: 'stock', value: serdes.double() },
    );
  return builder.build();
}
