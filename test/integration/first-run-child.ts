/** A service as somebody writes it who has read the first lines of the README: no logger, no handlers. Started by `first-run.test.ts`. */
import { KafkaStreams, serdes, StreamsBuilder } from '../../src/index.js';

interface FirstRun {
  readonly brokers: string[];
  readonly applicationId: string;
  readonly stateDir: string;
  readonly input: string;
  readonly how: 'start' | 'run';
}

const options = JSON.parse(process.argv[2] ?? '') as FirstRun;
const builder = new StreamsBuilder();
builder
  .stream(options.input, { key: serdes.string(), value: serdes.json<{ amount: number }>() })
  .mapValues((order) => order.amount)
  .foreach(() => undefined);
const streams = new KafkaStreams(builder.build(), {
  applicationId: options.applicationId,
  kafka: { brokers: options.brokers },
  stateDir: options.stateDir,
});
streams.onStateChange((state) => process.stdout.write(`state ${state}\n`));
if (options.how === 'run') {
  await streams.run();
  process.stdout.write('run resolved\n');
} else {
  await streams.start();
}
