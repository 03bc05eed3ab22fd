/** The topology of the example: machines that report a high temperature in three readings of a minute. */
import { serdes, StreamsBuilder, TimeWindows, type Topology } from 'millrace';

export interface Reading {
  readonly celsius: number;
}

export const readings = { key: serdes.string(), value: serdes.json<Reading>() };
export const alarms = { key: serdes.string(), value: serdes.long() };

export function alarmTopology(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('readings', readings)
    .filter((reading) => reading.celsius > 90)
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: '1m', grace: '10s' }))
    .count({ store: 'hot-readings' })
    .toStream()
    .filter((count) => count >= 3)
    .selectKey((_, { key }) => key)
    .to('alarms', alarms);
  return builder.build();
}
