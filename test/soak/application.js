/**
 * One instance of the application that is soaked: a windowed count with its final results, a join of streams, and a copy of
 * topics that come and go. It is told by messages what its wall clock says, and tells every second how it is.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StallGauge } from './stall-gauge.js';

/** @type {import('./order.js').SoakOrder} */
const order = JSON.parse(process.argv[2] ?? '{}');
/** @type {typeof import('../../src/index.js')} */
const { JoinWindows, KafkaStreams, serdes, StreamsBuilder, TimeWindows } = await import(
  pathToFileURL(join(order.millrace, 'dist/index.js')).href
);

const { topics } = order;
const strings = { key: serdes.string(), value: serdes.string() };
let clockOffsetMs = 0;
let calls = 0;

/** What a user's function costs now and then. */
function costly() {
  calls += 1;
  if (calls % 1000 !== 0) return;
  const end = performance.now() + order.costMs;
  while (performance.now() < end);
}

const builder = new StreamsBuilder();
const clicks = builder.stream(topics.clicks, strings).peek(costly);
clicks
  .groupByKey()
  .windowedBy(TimeWindows.of({ size: order.windowMs, grace: order.graceMs }))
  .count({ store: 'windows' })
  .suppress({ until: 'windowCloses' })
  .toStream()
  .map((count, windowed) => [windowed.key, `${String(windowed.window.start)} ${String(count)}`])
  .to(topics.finals, strings);
clicks
  .filter((value) => Number(value) % order.joinEvery === 0)
  .join(
    builder.stream(topics.views, strings),
    (click, view) => `${click} ${view}`,
    JoinWindows.of({ timeDifference: order.joinMs, grace: '10m' }),
  )
  .to(topics.joined, strings);
builder.stream(topics.plain, strings).to(topics.copies, strings);
builder.stream(new RegExp(`${topics.extraPrefix}.*`), strings).to(topics.copies, strings);

/** @param {import('./order.js').SoakWord} word */
const say = (word) => process.send?.(word);

const streams = new KafkaStreams(builder.build(), {
  applicationId: order.applicationId,
  kafka: { brokers: order.brokers, clientId: order.name },
  stateDir: order.stateDir,
  commitInterval: '1s',
  metadataMaxAge: '5s',
  clock: { now: () => Date.now() + clockOffsetMs },
  logger: {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => say({ kind: 'warn', text: `${message} ${JSON.stringify(fields ?? {})}` }),
    error: (message, fields) => say({ kind: 'error', text: `${message} ${JSON.stringify(fields ?? {})}` }),
  },
});
streams.onStateChange((state) => say({ kind: 'state', text: state }));

const gauge = new StallGauge();
// What it takes to load and compile all this is no stall of the application.
await streams.start().catch(() => undefined);
gauge.start();
let collectedAt = performance.now();
const timer = setInterval(() => {
  const { processed, lag } = streams.metrics();
  const stalls = gauge.take();
  const collected = performance.now() - collectedAt >= order.collectEveryMs;
  if (collected) collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  say({
    kind: 'measurement',
    residentMiB: rss / 2 ** 20,
    heapUsedMiB: heapUsed / 2 ** 20,
    externalMiB: external / 2 ** 20,
    arrayBuffersMiB: arrayBuffers / 2 ** 20,
    collected,
    handles: openFiles() + process.getActiveResourcesInfo().length,
    ...stalls,
    processed,
    lag,
  });
}, 1_000);

/** What this holds the loop for is the soak's doing, not the application's. */
function collect() {
  if (global.gc === undefined) throw new Error('an instance is started with --expose-gc');
  gauge.stop();
  global.gc();
  collectedAt = performance.now();
  gauge.start();
}

process.on('message', (/** @type {import('./order.js').SoakRequest} */ request) => {
  if (request.kind === 'clock') clockOffsetMs = request.offsetMs;
  else
    streams
      .close({ timeout: '60s' })
      .catch((/** @type {unknown} */ error) => say({ kind: 'error', text: String(error) }));
});

// Whoever started this is gone: there is nobody left to close it.
process.once('disconnect', () => process.exit());

await streams.closed;
clearInterval(timer);
gauge.stop();
if (streams.error !== null) say({ kind: 'error', text: streams.error.message });
process.disconnect();

/** Linux tells; elsewhere 0. */
function openFiles() {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
