/** Counts until its files may not grow any more; prints the error that ended it. Started by `bad-input.test.ts`. */
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';

const [, , brokers, applicationId, stateDir, input] = process.argv as unknown as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const builder = new StreamsBuilder();
builder
  .stream(input, { key: serdes.string(), value: serdes.string() })
  .groupByKey()
  .reduce((_, value) => value, { store: 'last' });
const streams = new KafkaStreams(builder.build(), {
  applicationId,
  kafka: { brokers: brokers.split(',') },
  stateDir,
  commitInterval: '100ms',
});
await streams.start();
await streams.closed;
console.log(JSON.stringify({ state: streams.state, message: streams.error?.message, error: streams.error }));
