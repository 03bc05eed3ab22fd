/**
 * One instance of the application in the fault suite, in a process of its own. What it says goes to standard output as lines of
 * JSON. SIGTERM closes it.
 */
import { pathToFileURL } from 'node:url';
import { suiteTopology } from './topology.js';

const LEFT_AFTER_MS = 5_000;

/** @type {import('./order.js').SuiteOrder} */
const order = JSON.parse(process.argv[2] ?? '{}');
/** @type {typeof import('../../../src/index.js')} */
const millrace = await import(pathToFileURL(order.entry).href);

/** @param {import('../instance.js').ApplicationWord} word */
const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

const streams = new millrace.KafkaStreams(suiteTopology(millrace, order.topics), {
  applicationId: order.applicationId,
  kafka: { brokers: order.brokers, clientId: order.name },
  stateDir: order.stateDir,
  processingGuarantee: order.guarantee,
  ...(order.guarantee === 'exactly_once_v2' && { transactionTimeout: order.transactionTimeoutMs }),
  commitInterval: order.commitIntervalMs,
  sessionTimeout: order.sessionTimeoutMs,
  stateStoreCacheMaxBytes: order.cacheBytes,
  repartitionPurgeInterval: '3s',
  metadataMaxAge: '10s',
  stallTimeout: '15s',
  emitInterval: '100ms',
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
    .close({ timeout: '20s' })
    .catch((/** @type {unknown} */ error) => say({ kind: 'error', text: String(error) }));
});
// Why it failed is said by the state, and by `error` below.
await streams.start().catch(() => undefined);
await streams.closed;
if (streams.error !== null) say({ kind: 'error', text: `ended with ${streams.error.message}` });
process.exitCode = streams.error === null ? 0 : 1;
// Reached only when something is left that keeps the process alive.
setTimeout(() => {
  say({ kind: 'error', text: `does not end: ${process.getActiveResourcesInfo().join(', ')}` });
}, LEFT_AFTER_MS).unref();
