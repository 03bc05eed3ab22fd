/** Our side: builds a plan with the DSL and runs it in the topology test driver. */
import { NO_HEADERS, type Headers } from '../../src/record/headers.js';
import { registrationSerde } from '../../src/serde/foreign-key-registration.js';
import { serdes } from '../../src/serde/serdes.js';
import type { WaitingKey } from '../../src/store/outer-join-store.js';
import type { SuppressBuffer } from '../../src/store/suppress-buffer.js';
import type { StateStore } from '../../src/store/state-store.js';
import type { SessionStoreWithHeaders } from '../../src/store/session-store.js';
import type { JoinBuffer } from '../../src/store/join-buffer.js';
import type { VersionedKeyValueStore } from '../../src/store/versioned-store.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { Optimize } from '../../src/topology/optimise/optimize.js';
import type { Topology } from '../../src/topology/topology.js';
import { BuildSite } from './build-site.js';
import { watchClosed } from './closed-windows.js';
import { text } from './functions.js';
import { Histories } from './histories.js';
import { operatorOf } from './operators/table-of-operators.js';
import {
  APPLICATION,
  bytesText,
  type Answer,
  type Input,
  type InputRecord,
  type Plan,
  type Visible,
  type WrittenRecord,
} from './plan.js';

const bytes = { key: serdes.bytes(), value: serdes.bytes() };

export async function runPlan(plan: Plan): Promise<Answer> {
  const seen: string[] = [];
  const printed: Record<string, string[]> = {};
  let at = 0;
  const site = new BuildSite({
    seen: (step, key, value) => seen.push(`${String(at)} ${step['label'] as string} ${text(key)} ${text(value)}`),
    printed: (step, line) =>
      (printed[step['id'] as string] ??= []).push(line.replaceAll('/Infinity]', '/9223372036854775807]')),
  });
  let topology: Topology;
  let driver: TopologyTestDriver;
  try {
    for (const step of plan.steps) operatorOf(step.op).build(step, site);
    topology = site.builder.build({ optimize: plan.optimize as Optimize });
    driver = driverOf(topology, plan);
  } catch (error) {
    return { refused: String(error), describe: '', records: [], seen: [], printed: {}, stores: {}, dropped: 0 };
  }
  const records: WrittenRecord[] = [];
  let died: Answer['died'];
  let loses: number | undefined;
  watchClosed(driver, topology, () => {
    loses ??= at;
  });
  try {
    for (const [index, input] of plan.inputs.entries()) {
      at = index;
      try {
        give(driver, input);
      } catch (error) {
        died = { input: index, error: String(error) };
        break;
      }
      takeRecords(driver, index, records);
    }
    return {
      ...(died === undefined ? {} : { died }),
      describe: topology.describe().toString(),
      records,
      seen,
      printed,
      stores: died === undefined ? storesOf(driver, topology, new Histories(plan, records)) : {},
      visibleFrom: visibleFrom(driver, topology),
      ...(loses === undefined ? {} : { loses }),
      dropped: died === undefined ? totalDropped(driver) : 0,
    };
  } finally {
    await driver.close();
  }
}

function driverOf(topology: Topology, plan: Plan): TopologyTestDriver {
  return new TopologyTestDriver(topology, {
    applicationId: APPLICATION,
    now: 0,
    defaultKeySerde: serdes.string(),
    defaultValueSerde: serdes.string(),
    processingErrorHandler: plan.onError ?? 'fail',
    deserializationErrorHandler: plan.onUndecodable ?? 'fail',
    stateStoreCacheMaxBytes: plan.cacheBytes,
    emitInterval: plan.emitInterval ?? 0,
    dslStoreFormat: plan.storeFormat ?? 'default',
  });
}

function give(driver: TopologyTestDriver, input: Input): void {
  if ('advance' in input) {
    driver.advanceWallClock(input.advance);
    return;
  }
  const { topic, key, value, time: timestamp, headers = [] } = input;
  driver.inputTopic(topic, bytes).pipe(bytesOf(key), bytesOf(value), {
    timestamp,
    headers:
      headers.length === 0
        ? NO_HEADERS
        : headers.map(([name, content]) => [name, content === null ? null : Buffer.from(content)] as const),
  });
}

function bytesOf(value: InputRecord['value']): Buffer | null {
  if (value === null) return null;
  if (typeof value === 'object') return Buffer.from(value.hex, 'hex');
  return typeof value === 'string'
    ? serdes.string().serialize(value, 'input')
    : serdes.long().serialize(value, 'input');
}

function takeRecords(driver: TopologyTestDriver, input: number, into: WrittenRecord[]): void {
  for (const topic of driver.producedTopics) {
    for (const { key, value, timestamp, headers } of driver.outputTopic(topic, bytes).readRecords()) {
      into.push({
        input,
        topic,
        key: key === null ? null : bytesText(key),
        value: value === null ? null : bytesText(value),
        time: timestamp,
        headers: headers.map(([name, content]) => [name, content === null ? null : bytesText(content)]),
      });
    }
  }
}

/** Stores of every kind that can be walked. */
type Walked = StateStore & { all(): Iterable<readonly [key: unknown, value: unknown]> };

function storesOf(driver: TopologyTestDriver, topology: Topology, histories: Histories): Record<string, string[]> {
  const names = [...topology.stores.keys(), ...topology.globalStores.map(({ store }) => store.name)];
  const stores: Record<string, string[]> = {};
  for (const name of names) {
    const store = driver.store(name);
    if (store.kind === 'joinBuffer') {
      stores[name] = [`${String((store as JoinBuffer<unknown, unknown>).records)} records`];
      continue;
    }
    if (store.kind === 'versioned') {
      stores[name] = histories.dump(store as VersionedKeyValueStore<unknown, unknown>);
      continue;
    }
    if (store.kind === 'suppressBuffer') {
      const { records, bytes } = store as SuppressBuffer<unknown, unknown>;
      stores[name] = [`${String(records)} records, ${String(bytes)} bytes`];
      continue;
    }
    if (store.kind === 'session' && store.format === 'headers') {
      const sessions = store as SessionStoreWithHeaders<unknown, unknown>;
      stores[name] = [...sessions.all()].map(([key, value]) => {
        const { start, end } = key.window;
        const headers = sessions.fetchSessionWithHeaders(key.key, start, end)?.headers ?? [];
        return `${text(key)} = ${text(value)}${headerTexts(headers)}`;
      });
      continue;
    }
    stores[name] = [...(store as Walked).all()].flatMap(([key, value]) =>
      store.kind === 'outerJoin' ? waiting(key, value) : [`${text(key)} = ${stored(value)}`],
    );
  }
  return stores;
}

function visibleFrom(driver: TopologyTestDriver, topology: Topology): Record<string, Visible> {
  const from: Record<string, Visible> = {};
  for (const spec of topology.stores.values()) {
    if (spec.kind !== 'window' && spec.kind !== 'session') continue;
    const { name, kind, retentionMs } = spec;
    const { streamTime } = driver.store<StateStore & { readonly streamTime: number }>(name);
    from[name] = { by: kind === 'session' ? 'end' : 'start', first: streamTime - retentionMs + 1 };
  }
  return from;
}

/** A row of an outer join's store as the JVM shows it, one line a value. */
function waiting(key: unknown, values: unknown): string[] {
  const { timestamp, left, key: inner } = key as WaitingKey<unknown>;
  const side = left ? 'left' : 'right';
  return (values as unknown[]).map(
    (value) => `<${side},${text(inner)}:${String(timestamp)}> = <${side},${text(value)}>`,
  );
}

/** As the JVM's side shows it: without the primary key, which is part of the key. */
function subscription(bytes: Buffer): string {
  const { instruction, hash, partition } = registrationSerde.deserialize(bytes, '');
  return `${String(instruction)} ${hash?.toString('hex') ?? '-'} ${String(partition)}`;
}

function stored(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('timestamp' in value) || !('value' in value)) return text(value);
  const headers = 'headers' in value ? headerTexts(value.headers as Headers) : '';
  return `${Buffer.isBuffer(value.value) ? subscription(value.value) : text(value.value)} @ ${text(value.timestamp)}${headers}`;
}

function headerTexts(headers: Headers): string {
  return headers.map(([name, content]) => ` ${name}:${content === null ? 'null' : bytesText(content)}`).join('');
}

function totalDropped(driver: TopologyTestDriver): number {
  return Object.values(driver.metrics.drops).reduce((sum, one) => sum + one, 0);
}
