/** Applications that aggregate by key and time. */
import { serdes } from '../../../src/serde/serdes.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { TEXTS, type MovingApplication } from './application.js';

const COUNTED = { value: serdes.long() };

export const WINDOWED_AGGREGATIONS: readonly MovingApplication[] = [
  {
    name: 'windowed-count',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', advance: '5s', grace: '5s' }))
        .count({ store: 'counts' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'sequence',
    changelogs: ['counts'],
  },
];
