/** An application to be served that does nothing: what it says of itself is set by the test. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { InstanceMetadata } from '../../src/observe/instance-metadata.js';
import { ActivityLog, type Activity } from '../../src/observe/activity.js';
import type { MetricsSnapshot } from '../../src/observe/measurements.js';
import type { ServedApplication } from '../../src/serve/served.js';
import { MEASURED } from '../observe/measured-application.js';

export class TestApplication implements ServedApplication {
  state = 'RUNNING';
  isPaused = false;
  measured: MetricsSnapshot = { ...MEASURED, stalls: { count: 0, now: [] } };
  readonly log = new ActivityLog();
  nodes: Record<string, number> = {};
  readonly topology;

  constructor() {
    const builder = new StreamsBuilder();
    builder.stream<string, string>('lines').groupByKey().count({ store: 'counts' }).toStream().to('counts-out');
    this.topology = builder.build();
  }

  metadata(): readonly InstanceMetadata[] {
    return [
      {
        host: 'one:1',
        isHere: true,
        tasks: ['0_0'],
        partitions: [{ topic: 'lines', partition: 0 }],
        stores: ['counts'],
        lags: {
          inputs: [{ topic: 'lines', partition: 0, lag: 40 }],
          stores: [{ store: 'counts', task: '0_0', partition: 0, lag: 0 }],
        },
      },
    ];
  }

  activity(): Activity {
    const inputs = [{ topic: 'lines', lag: 40 }];
    return { nodes: this.nodes, inputs, opening: ['0_2'], occurrences: this.log.latest };
  }

  metrics(): MetricsSnapshot {
    return { ...this.measured, state: this.state };
  }
}
