/** Completes the descriptions of a task's stores with what the application decided: default serdes, topic names. */
import { MillraceError } from '../errors/error.js';
import type { Serde } from '../serde/serde.js';
import { forKeys } from '../serde/prepared.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { OuterJoinSpec, StoreEngine, StoreSpec } from '../store/spec.js';
import type { StoreOpening } from '../store/task-state.js';
import { changelogTopicName } from '../topology/internal-topics.js';
import type { Topology } from '../topology/topology.js';
import { writtenAtText } from '../topology/written-at.js';

interface OpeningSettings {
  readonly applicationId: string;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  /** Of stores for which nobody said where they live. */
  readonly dslStores: StoreEngine;
  /** Of stores on disk for which nobody said what stands in front of their values; null: as the operator would have it. */
  readonly dslStoreFormat: 'headers' | null;
  /** For errors: which operator keeps a store. */
  readonly topology?: Pick<Topology, 'nodes' | 'writtenAt'> | undefined;
}

/** Where a store lives, once the application has had its say. */
export function engineOf(spec: StoreSpec, dslStores: StoreEngine): StoreEngine {
  return spec.engineOpen === true ? dslStores : spec.engine;
}

/** The description of a store, once the application has had its say. */
export function decidedSpec(
  described: StoreSpec,
  { dslStores, dslStoreFormat }: Pick<OpeningSettings, 'dslStores' | 'dslStoreFormat'>,
): StoreSpec {
  const engine = engineOf(described, dslStores);
  const spec = engine === described.engine ? described : { ...described, engine };
  if (dslStoreFormat === null || spec.formatOpen !== true || spec.engine === 'memory') return spec;
  switch (spec.kind) {
    case 'keyValue':
    case 'window':
    case 'session':
    case 'suppressBuffer':
      return { ...spec, format: dslStoreFormat };
    default:
      return spec;
  }
}

/** @throws MillraceError SERDE_MISSING */
export function storeOpening(described: StoreSpec, settings: OpeningSettings): StoreOpening {
  const spec = decidedSpec(described, settings);
  const key = withDefaultSerde(spec.key, settings.defaultKeySerde);
  const value = withDefaultSerde(spec.value, settings.defaultValueSerde);
  if (key === undefined) throw missing(spec, 'key', 'defaultKeySerde', settings);
  if (value === undefined) throw missing(spec, 'value', 'defaultValueSerde', settings);
  const rightValue = spec.kind === 'outerJoin' ? rightValueSerde(spec, settings) : undefined;
  return {
    spec,
    key: forKeys(key),
    value,
    ...(rightValue === undefined ? {} : { rightValue }),
    changelogTopic: spec.sourceTopic ?? changelogTopicName(settings.applicationId, spec.name),
  };
}

function rightValueSerde(spec: OuterJoinSpec, settings: OpeningSettings): Serde<unknown> {
  const serde = withDefaultSerde(spec.rightValue, settings.defaultValueSerde);
  if (serde === undefined) throw missing(spec, 'otherValue', 'defaultValueSerde', settings);
  return serde;
}

function missing(spec: StoreSpec, part: string, fallback: string, { topology }: OpeningSettings): MillraceError {
  const keeper = topology?.nodes.find((node) => node.type === 'processor' && node.stores.includes(spec.name));
  return new MillraceError(
    'SERDE_MISSING',
    `store ${spec.name} has no ${part} serde; pass one to the operator that keeps it, as in { ${part}: … }, or set ${fallback}${writtenAtText(topology, keeper?.name)}`,
    { store: spec.name, node: keeper?.name },
  );
}
