/** The topics that the application creates for itself: their names and the configuration they are created with. */
import type { StoreSpec } from '../store/spec.js';
import type { Topology } from './topology.js';

/** Configuration of a topic, as the broker takes it. */
export type TopicConfig = Readonly<Record<string, string>>;

/** What an application says about all its internal topics. */
export interface InternalTopicSettings {
  /** Configuration for all internal topics, over the library's own. Kafka Streams: `topic.*`. */
  readonly topicConfig?: TopicConfig;
  /** Added to the retention of window stores to get that of their changelogs, ms. Default: one day. */
  readonly windowedChangelogAdditionalRetentionMs?: number;
}

/** A topic to be created, unless it exists. */
export interface InternalTopic {
  readonly kind: 'repartition' | 'changelog';
  /** With the application id. */
  readonly name: string;
  /** Id of the sub-topology that reads it (repartition) or whose state it holds (changelog). */
  readonly subTopology: number;
  /** Changelogs: name of the store. */
  readonly store: string | null;
  readonly config: TopicConfig;
}

const DAY_MS = 86_400_000;
const CREATE_TIME = { 'message.timestamp.type': 'CreateTime' };

/** `counts-repartition` -> `app-counts-repartition` */
export function decoratedTopicName(applicationId: string, name: string): string {
  return `${applicationId}-${name}`;
}

/** `counts` -> `app-counts-changelog` */
export function changelogTopicName(applicationId: string, store: string): string {
  return `${applicationId}-${store}-changelog`;
}

/** The name of a topic on the broker: internal topics get the application id in front, others stay as they are. */
export function brokerTopicName(topology: Topology, applicationId: string, topic: string): string {
  return topology.repartitionTopics.has(topic) ? decoratedTopicName(applicationId, topic) : topic;
}

/**
 * The topic that a store is restored from, as the broker knows it: its changelog, or the source topic that serves as
 * one; null for a store without.
 */
export function restoreTopicName(applicationId: string, store: StoreSpec): string | null {
  if (store.sourceTopic !== undefined) return store.sourceTopic;
  return store.logging === false ? null : changelogTopicName(applicationId, store.name);
}

/** All internal topics of a topology, repartition topics first, in the order of their sub-topologies. */
export function internalTopics(
  topology: Topology,
  applicationId: string,
  settings: InternalTopicSettings = {},
): InternalTopic[] {
  const repartition: InternalTopic[] = [];
  const changelogs: InternalTopic[] = [];
  for (const part of topology.subTopologies()) {
    for (const topic of part.repartitionSources) {
      repartition.push({
        kind: 'repartition',
        name: decoratedTopicName(applicationId, topic),
        subTopology: part.id,
        store: null,
        config: repartitionConfig(settings),
      });
    }
    for (const name of part.stores) {
      const store = topology.stores.get(name);
      if (store === undefined || store.logging === false || store.sourceTopic !== undefined) continue;
      changelogs.push({
        kind: 'changelog',
        name: changelogTopicName(applicationId, name),
        subTopology: part.id,
        store: name,
        config: changelogConfig(store, store.logging, settings),
      });
    }
  }
  return [...repartition, ...changelogs];
}

function repartitionConfig(settings: InternalTopicSettings): TopicConfig {
  return {
    ...CREATE_TIME,
    'cleanup.policy': 'delete',
    'segment.bytes': '52428800',
    'retention.ms': '-1',
    ...settings.topicConfig,
  };
}

/** The greatest that Kafka takes, where windows never end. */
function windowRetention(retentionMs: number, additionalMs: number): string {
  const retention = retentionMs + additionalMs;
  return Number.isSafeInteger(retention) ? String(retention) : '9223372036854775807';
}

/** Library's own < the application's for all internal topics < the store's. */
function changelogConfig(store: StoreSpec, own: TopicConfig, settings: InternalTopicSettings): TopicConfig {
  const config = { ...CREATE_TIME, 'cleanup.policy': 'compact' };
  const additional = settings.windowedChangelogAdditionalRetentionMs ?? DAY_MS;
  switch (store.kind) {
    case 'window':
    case 'session':
      // A window that is over is never written again: besides compaction its rows may be deleted by age.
      return {
        ...config,
        'cleanup.policy': 'compact,delete',
        ...settings.topicConfig,
        'retention.ms': windowRetention(store.retentionMs, additional),
        ...own,
        // Entries of joins have a sequence number in their keys: compaction would never find anything.
        ...(store.kind === 'window' && store.retainDuplicates === true ? { 'cleanup.policy': 'delete' } : {}),
      };
    case 'versioned':
      return {
        ...config,
        ...settings.topicConfig,
        'min.compaction.lag.ms': String(store.retentionMs + DAY_MS),
        ...own,
      };
    case 'keyValue':
    case 'suppressBuffer':
    case 'outerJoin':
    case 'subscription':
    case 'joinBuffer':
    case 'custom':
      return { ...config, ...settings.topicConfig, ...own };
  }
}
