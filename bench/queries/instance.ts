/** One of the instances that are asked, as a process of its own: counts per key, and asks the group for keys when it is told to. */
import {
  KafkaStreams,
  queries,
  serdes,
  silentLogger,
  StreamsBuilder,
  type KafkaStreamsOptions,
} from '../../src/index.js';

export interface InstanceOptions {
  readonly input: string;
  readonly keys: number;
  readonly application: Omit<KafkaStreamsOptions, 'logger'>;
}

/** What the instance is told: ask this many queries a second, for so long; or how it is. */
export type Told = Ask | { readonly type: 'look' };

interface Ask {
  readonly type: 'ask';
  readonly seconds: number;
  readonly rate: number;
  /** Nothing is to be told of how long answers take. */
  readonly isWarmUp: boolean;
}

export type Says =
  | { readonly type: 'running'; readonly tasks: number; readonly instances: number; readonly processed: number }
  | { readonly type: 'asked'; readonly milliseconds: number[]; readonly failed: number };

/** Queries under way at most: behind that the rate is not kept, and the number of answers says so. */
const MOST_UNDER_WAY = 1_000;
const TICK_MS = 2;

const options = JSON.parse(process.argv[2] ?? '') as InstanceOptions;
const builder = new StreamsBuilder();
builder.stream(options.input, { key: serdes.string(), value: serdes.string() }).groupByKey().count({ store: 'counts' });
const streams = new KafkaStreams(builder.build(), { ...options.application, logger: silentLogger });

function say(said: Says): void {
  process.send?.(said);
}

function look(): void {
  const instances = streams.metadata();
  const tasks = instances.find(({ isHere }) => isHere)?.tasks.length ?? 0;
  say({ type: 'running', tasks, instances: instances.length, processed: streams.metrics().processed });
}

/** As if from outside: queries come by the clock, whether or not those before are answered. */
function ask({ seconds, rate, isWarmUp }: Ask): void {
  const milliseconds: number[] = [];
  let failed = 0;
  let underWay = 0;
  let begun = 0;
  const start = performance.now();
  const one = async (): Promise<void> => {
    underWay += 1;
    const key = `key-${String(Math.floor(Math.random() * options.keys))}`;
    const before = performance.now();
    try {
      await streams.query('counts', queries.key<string, number>(key));
      if (!isWarmUp) milliseconds.push(performance.now() - before);
    } catch {
      failed += 1;
    }
    underWay -= 1;
  };
  const timer = setInterval(() => {
    const elapsed = performance.now() - start;
    const due = Math.floor((Math.min(elapsed, seconds * 1000) * rate) / 1000);
    for (; begun < due && underWay < MOST_UNDER_WAY; begun += 1) void one();
    if (elapsed < seconds * 1000 || underWay > 0) return;
    clearInterval(timer);
    say({ type: 'asked', milliseconds, failed });
  }, TICK_MS);
}

process.on('message', (told: Told) => {
  if (told.type === 'ask') ask(told);
  else look();
});
process.once('disconnect', () => void streams.close());
await streams.start();
