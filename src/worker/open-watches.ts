/** What looks after topics and tasks beside the records. */
import type { GroupMember, PartitionReader } from '../broker/port.js';
import type { Config } from '../config.js';
import type { ActivityLog } from '../observe/activity.js';
import type { EventChannels } from '../observe/events.js';
import type { Clock } from '../time/clock.js';
import type { Topology } from '../topology/topology.js';
import type { Ground } from './explore-ground.js';
import type { InstanceMetrics } from './instance-metrics.js';
import { ReaderEvents } from './loop/reader-events.js';
import { StallWatch } from './loop/stall-watch.js';
import type { TaskSet } from './loop/task-set.js';
import type { StartOffsets } from './topics/start-offsets.js';
import { TopicWatch } from './topics/topic-watch.js';

interface WatchParts {
  readonly topology: Topology;
  readonly config: Config;
  readonly ground: Ground;
  readonly reader: PartitionReader;
  readonly member: GroupMember;
  readonly tasks: TaskSet;
  readonly starts: StartOffsets;
  readonly metrics: InstanceMetrics;
  readonly steadyClock: Clock;
  readonly activity: ActivityLog;
  readonly channels: EventChannels;
  /** Nothing is processed, as the application was told. */
  readonly paused: () => boolean;
  /** Topics are gone and others of their names are there. */
  readonly recreated: (topics: readonly string[]) => void;
  readonly failed: (error: unknown) => void;
}

export interface Watches {
  readonly topics: TopicWatch;
  readonly reading: ReaderEvents;
  readonly stalls: StallWatch;
}

export function openWatches(parts: WatchParts): Watches {
  const { topology, config, reader, member, tasks, starts, metrics, steadyClock, paused, recreated, failed } = parts;
  const { admin, ids, plan } = parts.ground;
  const reading = new ReaderEvents({
    ...{ config, topology, admin, reader, tasks, starts, ids, metrics },
    topicsChanged: () => {
      topics.lookSoon();
    },
  });
  const topics: TopicWatch = new TopicWatch({
    ...{ topology, admin, ids, plan, recreated, failed },
    applicationId: config.applicationId,
    intervalMs: config.metadataMaxAgeMs,
    clock: steadyClock,
    logger: config.logger,
    changed: (reason) => {
      member.rejoin(reason);
    },
    seen: (seen) => {
      reading.revive(seen);
    },
  });
  const stalls = new StallWatch({
    ...{ tasks, paused, activity: parts.activity, channels: parts.channels },
    endOffset: (partition) => reader.endOffset(partition),
    clock: steadyClock,
    stallMs: config.stallTimeoutMs,
    overdue: () => member.overdue(),
    logger: config.logger,
  });
  return { topics, reading, stalls };
}
