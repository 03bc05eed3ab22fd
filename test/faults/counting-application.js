/**
 * One instance of the application that is disturbed: counts records per key, in a process of its own, of whatever build of
 * Millrace it is told. What it says goes to standard output as lines of JSON. SIGTERM closes it.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @type {import('./instance.js').ApplicationOrder} */
const order = JSON.parse(process.argv[2] ?? '{}');
/** @type {typeof import('../../src/index.js')} */
const { KafkaStreams, serdes, StreamsBuilder } = await import(
  pathToFileURL(join(order.millrace, 'dist/index.js')).href
);

/** @param {import('./instance.js').ApplicationWord} word */
const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

const builder = new StreamsBuilder();
builder
  .stream(order.input, { key: serdes.string(), value: serdes.string() })
  .groupByKey()
  .count({ store: order.store })
  .toStream()
  .to(order.output, { key: serdes.string(), value: serdes.json() });

const streams = new KafkaStreams(builder.build(), {
  applicationId: order.applicationId,
  kafka: { brokers: order.brokers, clientId: order.name },
  stateDir: order.stateDir,
  // An older build does not know the option.
  ...(order.guarantee === 'exactly_once_v2' ? { processingGuarantee: order.guarantee } : { commitInterval: '500ms' }),
  logger: {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => say({ kind: 'warn', text: `${message} ${JSON.stringify(fields ?? {})}` }),
    error: (message, fields) => say({ kind: 'error', text: `${message} ${JSON.stringify(fields ?? {})}` }),
  },
});
streams.onStateChange((state) => say({ kind: 'state', text: state }));
process.once('SIGTERM', () => {
  streams
    .close({ timeout: '30s' })
    .catch((/** @type {unknown} */ error) => say({ kind: 'error', text: String(error) }));
});
// Why it failed is said by the state, and by `error` below.
await streams.start().catch(() => undefined);
await streams.closed;
if (streams.error !== null) say({ kind: 'error', text: streams.error.message });
process.exitCode = streams.error === null ? 0 : 1;
