/** One instance of the application that is judged, in a process of its own. What it says goes out as lines of JSON; SIGTERM closes it. */
import { KafkaStreams } from '../../src/app.js';
import type { ApplicationWord } from '../faults/instance.js';
import type { SmokeOrder } from './run.js';
import { relationalTopology } from './relational-topology.js';
import { streamsTopology } from './streams-topology.js';

const order = JSON.parse(process.argv[2] ?? '{}') as SmokeOrder;
const say = (word: ApplicationWord): void => {
  process.stdout.write(`${JSON.stringify(word)}\n`);
};
const told =
  (kind: 'warn' | 'error') =>
  (message: string, facts?: object): void => {
    say({ kind, text: `${message} ${JSON.stringify(facts ?? {})}` });
  };

const streams = new KafkaStreams(order.test === 'streams' ? streamsTopology() : relationalTopology(), {
  applicationId: order.applicationId,
  kafka: { brokers: order.brokers, clientId: order.name },
  stateDir: order.stateDir,
  processingGuarantee: order.guarantee,
  commitInterval: order.test === 'streams' ? '100ms' : '1s',
  // The records are days old: the broker must not delete changelogs of windows that are still open.
  windowStoreChangelogAdditionalRetention: '5d',
  logger: { debug: () => undefined, info: () => undefined, warn: told('warn'), error: told('error') },
});
streams.onStateChange((state) => {
  say({ kind: 'state', text: state });
});
process.once('SIGTERM', () => {
  streams.close({ timeout: '30s' }).catch((error: unknown) => {
    say({ kind: 'error', text: String(error) });
  });
});
// Why it failed is said by the state, and by `error` below.
await streams.start().catch(() => undefined);
await streams.closed;
if (streams.error !== null) say({ kind: 'error', text: streams.error.message });
process.exitCode = streams.error === null ? 0 : 1;
