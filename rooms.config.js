/**
 * The rooms of `src` and what each may import: one readable table, enforced by lint (scripts/lint/rooms-plugin.js) and by
 * `npm run rooms`. A room is a folder or a file of `src`; the longest name that fits a file is its room. Imports point
 * one way: the table has no cycles, so two rooms never import each other. Type-only imports obey it too.
 *
 * - `rooms`     the other rooms it may import; a room in a room (`store/level`) is another room
 * - `packages`  the third-party packages it may import; none unless named
 * - `node`      it may import Node's modules; all other rooms run in a browser page too (the global Buffer excepted)
 *
 * @typedef {{ rooms: readonly string[], packages?: readonly string[], node?: boolean }} Room
 */

const values = ['record', 'time', 'errors'];
const described = ['store', 'serde', ...values];
const kafka = ['broker/port', 'broker/transport', 'observe', ...values];
const running = [
  'topology',
  'source',
  'processor',
  'processor/api',
  'changelog',
  'sink',
  'broker/port',
  'observe',
  ...described,
];
const stores = ['store/memory', 'store/overlay', 'store/level'];
const worker = ['worker/instance-metrics', 'worker/topics', 'worker/state', 'worker/loop', 'worker/group'];
const overlayGround = ['store/overlay/bytes', 'store/overlay/walk', 'store/overlay/epoch', ...described];
const overlayKinds = [
  'store/overlay/key-value',
  'store/overlay/join',
  'store/overlay/window',
  'store/overlay/session',
  'store/overlay/versioned',
  'store/overlay/suppress',
  'store/overlay/subscription',
  'store/overlay/custom',
];

/** @type {Readonly<Record<string, Room>>} */
export const rooms = {
  // What all others speak of.
  errors: { rooms: [] },
  time: { rooms: ['errors'] },
  record: { rooms: ['time', 'errors'] },
  serde: { rooms: values },
  'serde/msgpack': { rooms: ['serde', ...values], packages: ['@msgpack/msgpack'] },
  'serde/cbor': { rooms: ['serde', ...values], packages: ['cbor2'] },
  registry: { rooms: ['serde', ...values], packages: ['@kafkajs/confluent-schema-registry'], node: true },
  observe: { rooms: values },
  'observe/channels': { rooms: ['observe'], node: true },
  'observe/opentelemetry': { rooms: ['observe', ...values], packages: ['@opentelemetry/api'] },
  'observe/prometheus': { rooms: ['observe', 'time', 'errors'], packages: ['prom-client'], node: true },

  // What is remembered: descriptions and interfaces, then where it is kept.
  store: { rooms: ['serde', ...values] },
  'store/memory': { rooms: described },
  'store/level': { rooms: described, packages: ['level'], node: true },

  // The overlay: its door (overlay-task-state.ts) is all that may be imported from outside. On the ground, two ways to
  // keep things: one value a key, or many values a key by stretches of time. On these the kinds, none of which knows another.
  'store/overlay': { rooms: ['store/overlay/open-store', ...overlayGround] },
  'store/overlay/open-store': { rooms: [...overlayKinds, 'store/overlay/entries', ...overlayGround] },
  'store/overlay/bytes': { rooms: described },
  'store/overlay/walk': { rooms: described },
  'store/overlay/epoch': { rooms: ['store/overlay/bytes', ...described] },
  'store/overlay/entries': { rooms: overlayGround },
  'store/overlay/rows': { rooms: overlayGround },
  'store/overlay/key-value': { rooms: ['store/overlay/entries', ...overlayGround] },
  'store/overlay/join': { rooms: ['store/overlay/entries', ...overlayGround] },
  'store/overlay/window': { rooms: ['store/overlay/rows', ...overlayGround] },
  'store/overlay/session': { rooms: ['store/overlay/rows', ...overlayGround] },
  'store/overlay/versioned': { rooms: ['store/overlay/rows', ...overlayGround] },
  'store/overlay/suppress': { rooms: overlayGround },
  'store/overlay/subscription': { rooms: overlayGround },
  'store/overlay/custom': { rooms: overlayGround },

  // What a user writes, and what it becomes.
  'processor/api': { rooms: described },
  topology: { rooms: ['processor/api', ...described] },
  dsl: { rooms: ['processor/api', 'topology', ...described] },

  // The only rooms that know Kafka's wire.
  'broker/port': { rooms: values },
  'broker/transport': { rooms: values },
  'broker/wire': { rooms: kafka, packages: ['@bokuweb/zstd-wasm', '@node-rs/crc32', 'lz4-napi', 'snappy'], node: true },
  'broker/kafkajs': { rooms: ['broker/wire', ...kafka], packages: ['kafkajs'], node: true },
  'broker/memory': { rooms: ['broker/port', ...values] },

  // A record's way.
  source: { rooms: ['broker/port', 'serde', ...values] },
  processor: { rooms: ['processor/api', ...described] },
  sink: { rooms: ['broker/port', 'serde', ...values] },
  changelog: { rooms: ['broker/port', 'observe', ...described] },
  task: { rooms: running },
  group: { rooms: ['broker/port', 'topology', 'task', ...values] },

  // What stores are asked from outside, and how instances ask each other.
  query: { rooms: ['serde', ...values], packages: ['zod'] },

  // What answers over HTTP. It knows an application by what it asks of it.
  'serve/options': { rooms: [], packages: ['zod'] },
  serve: {
    rooms: ['serve/options', 'query', 'serde', 'observe', 'observe/prometheus', 'topology', ...values],
    packages: ['hono', '@hono/node-server', 'prom-client', 'zod'],
    node: true,
  },

  // The whole application: its options, its running parts, its face.
  config: { rooms: ['serve/options', 'broker/kafkajs', 'task', ...running], packages: ['zod'] },

  // A running instance, by trade: the topics it works on, the state it keeps on disk, the loop that runs its tasks, its place in
  // the group. `worker` itself puts them together.
  'worker/instance-metrics': { rooms: ['observe'] },
  'worker/topics': { rooms: ['broker/port', 'broker/wire', 'config', 'group', 'observe', 'topology', ...values] },
  'worker/state': {
    rooms: ['worker/instance-metrics', 'worker/topics', 'config', 'group', 'task', ...stores, ...running],
    node: true,
  },
  'worker/loop': {
    rooms: ['worker/instance-metrics', 'worker/topics', 'config', 'group', 'task', ...running],
    node: true,
  },
  'worker/group': {
    rooms: ['worker/loop', 'worker/topics', 'broker/port', 'group', 'task', 'topology', 'observe', ...values],
  },
  worker: {
    rooms: [...worker, 'query', 'config', 'group', 'task', 'broker/kafkajs', 'broker/wire', ...running],
    node: true,
  },
  app: {
    rooms: [
      'serve',
      'serve/options',
      'query',
      'worker',
      'worker/state',
      'config',
      'topology',
      'observe',
      'observe/channels',
      ...values,
    ],
  },

  // Beside it: an application that is to begin anew, and a broker for development.
  reset: { rooms: ['worker/state', ...kafka], node: true },
  'local-kafka': { rooms: ['errors'], packages: ['testcontainers'], node: true },

  'local-registry': { rooms: ['local-kafka', 'errors'], node: true },

  // The doors.
  index: {
    rooms: [
      'app',
      'query',
      'worker',
      'worker/state',
      'worker/loop',
      'config',
      'dsl',
      'task',
      'broker/kafkajs',
      ...stores,
      ...running,
    ],
  },
  'testing/records': { rooms: described },
  'testing/kit': {
    rooms: ['testing/records', 'app', 'worker', 'config', 'local-kafka', 'broker/kafkajs', 'broker/wire', ...running],
    node: true,
  },
  'testing/matchers': { rooms: values },
  testing: {
    rooms: [
      'testing/records',
      'testing/kit',
      'testing/matchers',
      'local-kafka',
      'local-registry',
      'broker/memory',
      'broker/wire',
      'config',
      'dsl',
      'task',
      ...stores,
      ...running,
    ],
  },
  msgpack: { rooms: ['serde/msgpack'] },
  prometheus: { rooms: ['observe/prometheus', 'observe'] },
  opentelemetry: { rooms: ['observe/opentelemetry', 'observe'] },
  vitest: { rooms: ['testing/matchers'], packages: ['vitest'] },
  jest: { rooms: ['testing/matchers', 'errors'] },
  cbor: { rooms: ['serde/cbor'] },
  cli: {
    rooms: [
      'local-kafka',
      'registry',
      'app',
      'config',
      'topology',
      'reset',
      'serde/msgpack',
      'group',
      'sink',
      'worker/topics',
      'worker/state',
      'task',
      'store/level',
      'store/overlay',
      'broker/kafkajs',
      'broker/wire',
      ...kafka,
      ...described,
    ],
    packages: ['commander', '@dagrejs/dagre'],
    node: true,
  },
};

/**
 * Files that may import each other in a circle; there is no other circle of files in `src`.
 *
 * The DSL: a stream is grouped, what is grouped is windowed or cogrouped, that is aggregated into a table, and a table becomes
 * a stream again. Each of these is a class whose methods give the next one, as in Kafka Streams, and a class is written in one
 * file.
 */
export const circle = [
  'branched',
  'cogrouped-stream',
  'grouped-stream',
  'grouped-table',
  'session-windowed-cogrouped-stream',
  'session-windowed-stream',
  'stream',
  'table',
  'time-windowed-cogrouped-stream',
  'time-windowed-stream',
].map((name) => `dsl/${name}.ts`);

/** Names that say nothing about what is inside. */
export const forbiddenNames = ['utils', 'util', 'common', 'helpers', 'helper', 'misc', 'internal', 'shared', 'lib'];
