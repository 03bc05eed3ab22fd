/**
 * An instance that counts per key in a store of its own making, as a process of its own: to be killed, or to be kept busy. Each record
 * has a result. Prints states, log lines, and what the store was given to restore. Started by `CountingGroup`.
 */
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import { countingStore, type CountingStore } from '../store/counting-store.js';
import type { ChildOptions } from './counting-group.js';

const options = JSON.parse(process.argv[2] ?? '') as ChildOptions;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** As a user's function does that computes for long. */
function block(milliseconds: number): void {
  say('busy');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  say('done');
}

const opened: CountingStore[] = [];
const counts = countingStore('n', opened);
const builder = new StreamsBuilder();
builder
  .stream(options.input, { key: serdes.string(), value: serdes.string() })
  .process<string, number>({
    stores: [counts],
    get: () => {
      let context: ProcessorContext<string, number>;
      let store: CountingStore;
      return {
        init(given) {
          context = given;
          store = context.getStateStore(counts);
          const records = store.batches.reduce((sum, size) => sum + size, 0);
          say(`opened ${context.taskId} ${String(opened.length)} ${String(records)}`);
        },
        process({ key, value, timestamp }) {
          if (value === 'block') block(options.blockMs);
          context.forward({ key, value: store.add(key), timestamp });
        },
      };
    },
  })
  .to(options.output, { key: serdes.string(), value: serdes.json() });
const streams = new KafkaStreams(builder.build(), {
  applicationId: options.applicationId,
  kafka: { brokers: options.brokers },
  stateDir: options.stateDir,
  commitInterval: '200ms',
  ...options.more,
  sessionTimeout: options.sessionMs,
  logger: {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => say(`warn ${message} ${JSON.stringify(fields ?? {})}`),
    error: (message, fields) => say(`error ${message} ${String(fields?.error)}`),
  },
});
streams.onStateChange((state) => say(`state ${state}`));
process.once('SIGTERM', () => void streams.close());
await streams.start();
await streams.closed;
say(`ended ${streams.state} ${streams.error?.message ?? ''}`);
