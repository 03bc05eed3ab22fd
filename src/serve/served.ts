/** What the server needs of an application: it is asked, and never told anything. */
import type { Activity } from '../observe/activity.js';
import type { MetricsSnapshot } from '../observe/measurements.js';
import type { InstanceMetadata } from '../observe/instance-metadata.js';
import type { StoreQueries } from '../query/store-queries.js';
import type { Topology } from '../topology/topology.js';

/** A running application as the server sees it; `KafkaStreams` is one. */
export interface ServedApplication {
  readonly state: string;
  readonly isPaused: boolean;
  readonly topology: Topology;
  metrics(): MetricsSnapshot;
  metadata(): readonly InstanceMetadata[];
  activity(): Activity;
  /** @internal Null, or not there: its stores cannot be asked. */
  readonly queries?: StoreQueries | null;
}
