/** Lets the serdes of a task fetch what they need (schemas) before its first record: nobody waits in the midst of an operator. */
import { pseudoTopics } from '../processor/foreign-key/pseudo-topics.js';
import { forKeys, prepared, type SerdeUse } from '../serde/prepared.js';
import type { Serde } from '../serde/serde.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { StoreSpec } from '../store/spec.js';
import { brokerTopicName } from '../topology/internal-topics.js';
import type { TopologyNode } from '../topology/node.js';
import type { TaskSettings } from './assemble-task.js';
import { storeOpening } from './store-openings.js';

type Settings = Pick<
  TaskSettings,
  'applicationId' | 'topology' | 'defaultKeySerde' | 'defaultValueSerde' | 'dslStores' | 'dslStoreFormat'
>;

interface Uses {
  add(serde: Serde<unknown> | undefined, topic: string, use: SerdeUse): void;
}

/** Undefined where no serde has to fetch anything. @throws what a serde could not get */
export function prepareSerdes(
  nodes: readonly TopologyNode[],
  specs: readonly StoreSpec[],
  settings: Settings,
): Promise<void> | undefined {
  const promises: Promise<void>[] = [];
  const uses: Uses = {
    add(serde, topic, use) {
      const promise = serde === undefined ? undefined : prepared(serde, topic, use);
      if (promise !== undefined) promises.push(promise);
    },
  };
  for (const spec of specs) addStore(spec, settings, uses);
  for (const node of nodes) addNode(node, settings, uses);
  return promises.length === 0 ? undefined : Promise.all(promises).then(() => undefined);
}

function addStore(spec: StoreSpec, settings: Settings, uses: Uses): void {
  const { key, value, rightValue, changelogTopic } = storeOpening(spec, settings);
  for (const serde of [key, value, rightValue]) uses.add(serde, changelogTopic, 'store');
}

function addNode(node: TopologyNode, settings: Settings, uses: Uses): void {
  const { applicationId, topology } = settings;
  if (node.type === 'processor') {
    addForeignKeyJoin(node.operator, settings, uses);
    return;
  }
  const topics = node.type === 'sink' ? [node.topic] : node.topics instanceof RegExp ? [] : node.topics;
  const use = node.type === 'sink' ? 'write' : 'read';
  for (const topic of topics) {
    // What a function chooses is not known before.
    if (typeof topic !== 'string') continue;
    const name = brokerTopicName(topology, applicationId, topic);
    uses.add(keySerde(node.key, settings), name, use);
    uses.add(withDefaultSerde(node.value, settings.defaultValueSerde), name, use);
  }
}

function keySerde(given: Serde<unknown> | undefined, { defaultKeySerde }: Settings): Serde<unknown> | undefined {
  const serde = withDefaultSerde(given, defaultKeySerde);
  return serde === undefined ? undefined : forKeys(serde);
}

/** The operators of such a join tell serdes topics that do not exist. */
function addForeignKeyJoin(operator: object, settings: Settings, uses: Uses): void {
  if (!('registrationTopic' in operator)) return;
  const { registrationTopic, key, value, foreignKey } = operator as {
    registrationTopic: string;
    key?: Serde<unknown>;
    value?: Serde<unknown>;
    foreignKey?: Serde<unknown>;
  };
  const topics = pseudoTopics(settings.applicationId, registrationTopic);
  if ('key' in operator) uses.add(keySerde(key, settings), topics.primaryKey, 'store');
  if ('foreignKey' in operator) uses.add(keySerde(foreignKey, settings), topics.foreignKey, 'write');
  if ('value' in operator) uses.add(withDefaultSerde(value, settings.defaultValueSerde), topics.fingerprint, 'write');
}
