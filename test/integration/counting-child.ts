/**
 * An instance that counts per key, as a process of its own: to be stopped, or to be kept busy. Prints states, log lines, and
 * when its function begins to keep the thread busy. Started by `CountingGroup`.
 */
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
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

const builder = new StreamsBuilder();
builder
  .stream(options.input, { key: serdes.string(), value: serdes.string() })
  .mapValues((value) => {
    if (value === 'block') block(options.blockMs);
    return value;
  })
  .groupByKey()
  .count({ store: 'n' })
  .toStream()
  .to(options.output, { value: serdes.json() });
const streams = new KafkaStreams(builder.build(), {
  applicationId: options.applicationId,
  kafka: { brokers: options.brokers },
  stateDir: options.stateDir,
  commitInterval: '200ms',
  ...options.more,
  sessionTimeout: options.sessionMs,
  closeTimeout: options.closeTimeoutMs ?? 30_000,
  logger: {
    debug: () => undefined,
    info: (message, fields) => {
      if (message === 'restoring is done') say(`restored ${String(fields?.records)}`);
    },
    warn: (message, fields) => say(`warn ${message} ${JSON.stringify(fields ?? {})}`),
    error: (message, fields) => say(`error ${message} ${String(fields?.error)}`),
  },
});
streams.onStateChange((state) => say(`state ${state}`));
process.once('SIGTERM', () => void streams.close());
await streams.start();
await streams.closed;
say(`ended ${streams.state} ${streams.error?.message ?? ''}`);
