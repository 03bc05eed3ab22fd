/** The nodes of a built topology: frozen data, in the order in which they were added. */
import type { Partitioner, TimestampExtractor, TopicExtractor } from '../processor/api/topic-functions.js';
import type { Serde } from '../serde/serde.js';
import type { StoreSpec } from '../store/spec.js';
import type { OffsetReset } from './offset-reset.js';
import type { Operator } from './operators.js';

export interface SourceNode {
  readonly type: 'source';
  readonly name: string;
  /** Topics, or a pattern that topic names must match whole. Internal topics by their undecorated names. */
  readonly topics: readonly string[] | RegExp;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  /** Null: the application's. */
  readonly timestampExtractor: TimestampExtractor | null;
  /** Null: the application's. */
  readonly offsetReset: OffsetReset | null;
}

export interface ProcessorNode {
  readonly type: 'processor';
  readonly name: string;
  readonly parents: readonly string[];
  /** Names of the connected stores, in the order of connection. */
  readonly stores: readonly string[];
  readonly operator: Operator;
}

export interface SinkNode {
  readonly type: 'sink';
  readonly name: string;
  readonly parents: readonly string[];
  readonly topic: string | TopicExtractor;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly partitioner: Partitioner | null;
}

export type TopologyNode = SourceNode | ProcessorNode | SinkNode;

/** An internal topic between two sub-topologies. */
export interface RepartitionTopic {
  /** Without the application id: `<name>-repartition`. */
  readonly name: string;
  /** Fixed by `repartition({ partitions })`; null: as many as what is written to it has. */
  readonly partitions: number | null;
}

/** A global store: read whole by every instance, from a topic of its own. */
export interface GlobalStore {
  readonly store: StoreSpec;
  readonly topic: string;
  readonly source: SourceNode;
  readonly processor: ProcessorNode;
}
