/** Processors of users, with stores, timers and global stores. What they do is in `keeping-processor.ts`, and in Java. */
import { stores } from '../../../src/dsl/stores.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { StoreBuilder } from '../../../src/store/store-builder.js';
import type { BuildSite } from '../build-site.js';
import { named, serde } from '../build-site.js';
import { Keeping, KeepingValues, Mirroring, type KeepingSettings } from '../keeping-processor.js';
import type { Plain, Step } from '../plan.js';
import type { Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';

type Stream = KStream<unknown, unknown>;

/** What a step says of a store. */
export interface DrawnStore {
  readonly name: string;
  readonly kind:
    | 'keyValue'
    | 'timestampedKeyValue'
    | 'timestampedKeyValueWithHeaders'
    | 'lruMap'
    | 'window'
    | 'timestampedWindow'
    | 'timestampedWindowWithHeaders';
  readonly engine?: 'memory';
  readonly logging?: false;
  readonly maxEntries?: number;
  readonly size?: number;
  readonly retention?: number;
}

function drawStore(bench: Workbench): { readonly [name: string]: Plain } {
  const { draw, scale } = bench;
  const kind = draw.pick(['keyValue', 'keyValue', 'timestampedKeyValue', 'lruMap', 'window', 'timestampedWindow']);
  const size = draw.between(2, 12) * scale;
  return {
    name: bench.fresh('kept-'),
    kind,
    ...(kind !== 'lruMap' && draw.chance(0.4) ? { engine: 'memory' } : {}),
    ...(draw.chance(0.1) ? { logging: false } : {}),
    ...(kind === 'lruMap' ? { maxEntries: draw.between(1, 3) } : {}),
    ...(kind.endsWith('indow') ? { size, retention: size + draw.int(20) * scale } : {}),
  };
}

function drawTimer(bench: Workbench): { readonly [name: string]: Plain } {
  const { draw, scale } = bench;
  const wallClock = draw.chance(0.4);
  if (wallClock) bench.wallClock = true;
  const every = wallClock ? draw.pick([300, 1_000, 4_000]) : draw.between(1, 15) * scale;
  return {
    type: wallClock ? 'wall-clock' : 'stream-time',
    every,
    ...(draw.chance(0.3) ? { start: draw.int(3 * every) } : {}),
    ...(draw.chance(0.3) ? { most: draw.between(1, 3) } : {}),
  };
}

function processing(op: 'process' | 'processValues'): ParityOperator {
  return {
    op,
    weight: 2.5,
    draw(bench) {
      const input = bench.take('stream');
      if (input === null) return null;
      const { draw } = bench;
      const global = draw.chance(0.5) ? bench.take('globalStore') : null;
      return {
        in: input.name,
        m: draw.between(4, 8),
        ...(bench.throwing && draw.chance(0.5) ? { throws: 5 } : {}),
        ...(draw.chance(0.8) ? { store: drawStore(bench) } : {}),
        ...(draw.chance(0.5) ? { ofSupplier: true } : {}),
        ...(global === null ? {} : { with: global.name }),
        ...(draw.chance(0.5) ? { timer: drawTimer(bench) } : {}),
        ...bench.named(),
        out: bench.made('stream', op === 'process' ? 'string' : input.key, 'string'),
      };
    },
    build(step, site) {
      const store = step['store'] === undefined ? null : storeOf(step['store'] as unknown as DrawnStore);
      const ofSupplier = step['ofSupplier'] === true;
      if (store !== null && !ofSupplier) site.builder.addStateStore(store);
      const brought = store !== null && ofSupplier ? [store] : [];
      const options = { ...named(step), ...(store !== null && !ofSupplier ? { stores: [store.name] } : {}) };
      const settings = settingsOf(step, site);
      const stream = site.input<Stream>(step);
      site.keep(
        step,
        op === 'process'
          ? stream.process({ get: () => new Keeping(settings), stores: brought }, options)
          : stream.processValues({ get: () => new KeepingValues(settings), stores: brought }, options),
      );
    },
    features: (step) => {
      const store = step['store'] as unknown as DrawnStore | undefined;
      const timer = step['timer'] as { type: string; start?: number } | undefined;
      return [
        ...(store === undefined ? [] : [`${store.kind} store${store.engine === undefined ? '' : ' in memory'}`]),
        ...(timer === undefined ? [] : [`${timer.type} timer${timer.start === undefined ? '' : ', anchored'}`]),
        ...(step.with === undefined ? [] : ['global store']),
      ];
    },
  };
}

export const process = processing('process');
export const processValues = processing('processValues');

export const globalStore: ParityOperator = {
  op: 'addGlobalStore',
  weight: 0.6,
  draw(bench) {
    const topic = { name: bench.fresh('held-'), key: 'string', value: 'string' };
    bench.inputTopics.push(topic);
    const memory = bench.draw.chance(0.5) ? { engine: 'memory' } : {};
    return {
      topic: topic.name,
      store: { name: bench.fresh('global-'), kind: 'keyValue', ...memory },
      ...bench.named(),
      out: bench.made('globalStore', 'string', 'string'),
    };
  },
  build(step, site) {
    const store = storeOf(step['store'] as unknown as DrawnStore);
    const texts = { key: serde('string'), value: serde('string') };
    site.builder.addGlobalStore(store, step['topic'] as string, () => new Mirroring(store.name), {
      ...texts,
      ...named(step),
    });
    site.keep(step, store.name);
  },
};

function settingsOf(step: Step, site: BuildSite): KeepingSettings {
  const store = step['store'] as unknown as DrawnStore | undefined;
  return {
    m: step['m'] as number,
    throws: (step['throws'] as number | undefined) ?? 0,
    store: store ?? null,
    global: step.with === undefined ? null : site.other<string>(step),
    timer: (step['timer'] as unknown as KeepingSettings['timer'] | undefined) ?? null,
  };
}

function storeOf({ name, kind, engine, logging, maxEntries = 0, size = 0, retention = 0 }: DrawnStore): StoreBuilder {
  const options = {
    name,
    key: serdes.string(),
    value: serdes.string(),
    ...(engine === undefined ? {} : { engine }),
    ...(logging === undefined ? {} : { logging }),
  };
  switch (kind) {
    case 'keyValue':
      return stores.keyValue(options);
    case 'timestampedKeyValue':
      return stores.timestampedKeyValue(options);
    case 'lruMap':
      return stores.lruMap({ ...options, maxEntries });
    case 'window':
      return stores.window({ ...options, windowSize: size, retention });
    case 'timestampedWindow':
      return stores.timestampedWindow({ ...options, windowSize: size, retention });
    case 'timestampedKeyValueWithHeaders':
      return stores.timestampedKeyValueWithHeaders(options);
    case 'timestampedWindowWithHeaders':
      return stores.timestampedWindowWithHeaders({ ...options, windowSize: size, retention });
  }
}
