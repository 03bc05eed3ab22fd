/**
 * An instance of an application with everything that may be half done at a commit, exactly-once, as a process of its own: to be
 * killed. Each record of the input leads to one result in each branch.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaStreams } from '../../src/app.js';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import type { KeyValueStore } from '../../src/store/key-value-store.js';
import { JoinWindows } from '../../src/time/join-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

export interface ExactChildOptions {
  readonly brokers: string[];
  readonly applicationId: string;
  readonly stateDir: string;
  readonly input: string;
  readonly other: string;
  /** The results of a branch go to `<output>-<branch>`. */
  readonly output: string;
}

/** What the branches are called. */
export const BRANCHES = ['async', 'promises', 'timers', 'suppress', 'join'] as const;

const STRINGS = { key: serdes.string(), value: serdes.string() };
const options = JSON.parse(process.argv[2] ?? 'null') as ExactChildOptions | null;
if (options !== null) await run(options);

async function run({ brokers, applicationId, stateDir, input, other, output }: ExactChildOptions): Promise<void> {
  const builder = new StreamsBuilder();
  const stream = builder.stream(input, STRINGS);
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };

  stream
    .mapValuesAsync(async (value) => {
      await sleep((Number(value) * 7919) % 25);
      return value;
    })
    .to(`${output}-async`, STRINGS);

  const counts = stores.keyValue({ name: 'counts', key: serdes.string(), value: serdes.double() });
  stream
    .process<string, string>({
      stores: [counts],
      get: () => {
        let context: ProcessorContext<string, string>;
        let store: KeyValueStore<string, number>;
        return {
          init(given) {
            context = given;
            store = context.getStateStore(counts);
          },
          async process({ key, timestamp }) {
            const count = (store.get(key) ?? 0) + 1;
            store.put(key, count);
            await sleep(1);
            context.forward({ key, value: String(count), timestamp });
          },
        };
      },
    })
    .to(`${output}-promises`, STRINGS);

  const pending = stores.keyValue({ name: 'pending', engine: 'memory', ...STRINGS });
  stream
    .process<string, string>({
      stores: [pending],
      get: () => {
        let store: KeyValueStore<string, string>;
        return {
          init(context) {
            store = context.getStateStore(pending);
            context.schedule(200, 'stream-time', (timestamp) => {
              const rows = [...store.all()];
              for (const [value, key] of rows) {
                store.delete(value);
                context.forward({ key, value, timestamp });
              }
            });
          },
          process({ key, value }) {
            store.put(value, key);
          },
        };
      },
    })
    .to(`${output}-timers`, STRINGS);

  stream
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: '1s' }))
    .count({ store: 'windows' })
    .suppress({ until: 'windowCloses' })
    .toStream()
    .map<string, string>((count, { key, window }) => [key, `${String(window.start)}:${String(count)}`])
    .to(`${output}-suppress`, STRINGS);

  const windows = JoinWindows.of({ timeDifference: 1, grace: '1h' });
  stream
    .leftJoin(builder.stream(other, STRINGS), (left, right) => `${left}+${right ?? 'none'}`, windows, {
      store: 'joined',
    })
    .to(`${output}-join`, STRINGS);

  const streams = new KafkaStreams(builder.build(), {
    applicationId,
    kafka: { brokers },
    stateDir,
    processingGuarantee: 'exactly_once_v2',
    sessionTimeout: '6s',
    // Or else rows without a partner wait for records a second later, which may not come: the input ends.
    emitInterval: 0,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message, facts) => say(`warn ${message} ${JSON.stringify(facts ?? {})}`),
      error: (message, facts) => say(`error ${message} ${JSON.stringify(facts ?? {})}`),
    },
  });
  streams.onStateChange((state) => say(`state ${state}`));
  process.once('SIGTERM', () => void streams.close());
  await streams.start();
  await streams.closed;
  say(`ended ${streams.state} ${streams.error?.message ?? ''}`);
}
