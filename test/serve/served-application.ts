/** An application to be served that does nothing: what it says of itself is set by the test. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { MetricsSnapshot } from '../../src/observe/measurements.js';
import type { ServedApplication } from '../../src/serve/served.js';
import { MEASURED } from '../observe/measured-application.js';

export class TestApplication implements ServedApplication {
  state = 'RUNNING';
  isPaused = false;
  measured: MetricsSnapshot = { ...MEASURED, stalls: { count: 0, now: [] } };
  readonly topology;

  constructor() {
    const builder = new StreamsBuilder();
    builder.stream<string, string>('lines').groupByKey().count({ store: 'counts' }).toStream().to('counts-out');
    this.topology = builder.build();
  }

  metrics(): MetricsSnapshot {
    return { ...this.measured, state: this.state };
  }
}
