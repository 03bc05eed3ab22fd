/** Watches the topics of an application while it runs: more partitions, other topics under a pattern, topics that are gone or new under an old name. */
import type { Admin } from '../../broker/port.js';
import { BrokerError } from '../../errors/broker-error.js';
import { MillraceError } from '../../errors/error.js';
import type { Logger } from '../../observe/logger.js';
import { brokerTopicName } from '../../topology/internal-topics.js';
import { resolveSourceTopics } from '../../topology/source-topics.js';
import type { Topology } from '../../topology/topology.js';
import type { Clock } from '../../time/clock.js';
import type { TopicIds } from './topic-ids.js';
import type { TopicPlan } from './topic-plan.js';

/** A topic that is missing is asked for again after this time before it counts as gone, ms: brokers learn of topics one by one. */
const CONFIRM_MS = 2_000;

interface TopicWatchParts {
  readonly topology: Topology;
  readonly applicationId: string;
  readonly admin: Pick<Admin, 'listTopics' | 'describeTopics'>;
  readonly ids: TopicIds;
  readonly plan: { readonly current: TopicPlan };
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The tasks of the group do not fit the topics any more. */
  readonly changed: (reason: string) => void;
  /** These topics were deleted and created again. */
  readonly recreated: (topics: readonly string[]) => void;
  /** Told after each look which topics there are, with their partitions. */
  readonly seen: (topics: ReadonlyMap<string, number>) => void;
  readonly failed: (error: unknown) => void;
}

/** Kafka Streams: the metadata refresh of the consumers, with `StreamsPartitionAssignor`'s check for missing topics. */
export class TopicWatch {
  private last: number;
  private asking: Promise<void> | null = null;
  /** Topics that were missing at the last look. */
  private missing: ReadonlyMap<string, string> = new Map();
  private over = false;

  constructor(private readonly parts: TopicWatchParts) {
    this.last = parts.clock.now();
  }

  /** Called by the loop as often as it likes. */
  poll(): void {
    const { clock, intervalMs, logger } = this.parts;
    const pause = this.missing.size > 0 ? Math.min(CONFIRM_MS, intervalMs) : intervalMs;
    if (this.over || this.asking !== null || clock.now() - this.last < pause) return;
    this.last = clock.now();
    this.asking = this.look()
      .catch((error: unknown) => {
        if (error instanceof BrokerError && error.class === 'retriable') {
          logger.warn('the brokers did not describe the topics; the instance asks again later', {
            error: error.message,
          });
          return;
        }
        this.fail(error);
      })
      .finally(() => {
        this.asking = null;
      });
  }

  /** Looks at the next `poll`, whatever the time. */
  lookSoon(): void {
    this.last = Number.NEGATIVE_INFINITY;
  }

  async idle(): Promise<void> {
    await this.asking;
  }

  private async look(): Promise<void> {
    const { admin, ids, plan, recreated, seen } = this.parts;
    const needed = this.needed();
    const names = new Set(needed.keys());
    if (this.readsPatterns) for (const topic of await admin.listTopics()) names.add(topic);
    const described = await admin.describeTopics([...names]);
    const found = new Map(described.map(({ topic, partitions }) => [topic, partitions]));
    const others = await ids.changed([...new Set([...needed.keys(), ...[...plan.current.sources.values()].flat()])]);
    this.checkMissing(needed, found);
    if (this.over) return;
    seen(found);
    if (others.length > 0) recreated(others);
    this.compare(found);
  }

  /** Topics that must exist, with what they are for. */
  private needed(): Map<string, string> {
    const { topology, applicationId, plan } = this.parts;
    const needed = new Map<string, string>();
    for (const topic of plan.current.internalTopics.keys()) needed.set(topic, 'internal topic');
    for (const { topic, store } of topology.globalStores) needed.set(topic, `topic of global store ${store.name}`);
    for (const node of topology.subTopologies().flatMap((part) => part.nodes)) {
      if (node.type !== 'source' || node.topics instanceof RegExp) continue;
      for (const topic of node.topics) {
        if (topology.repartitionTopics.has(topic)) continue;
        needed.set(brokerTopicName(topology, applicationId, topic), 'source topic');
      }
    }
    return needed;
  }

  private get readsPatterns(): boolean {
    return this.parts.topology.subTopologies().some((one) => one.sourcePatterns.length > 0);
  }

  private checkMissing(needed: ReadonlyMap<string, string>, found: ReadonlyMap<string, number>): void {
    const missing = new Map([...needed].filter(([topic]) => !found.has(topic)));
    const gone = [...missing].find(([topic]) => this.missing.has(topic));
    this.missing = missing;
    if (gone !== undefined) this.fail(topicGone(...gone));
  }

  private compare(found: ReadonlyMap<string, number>): void {
    const { topology, applicationId, plan, changed } = this.parts;
    const reasons: string[] = [];
    for (const [node, topics] of resolveSourceTopics(topology, applicationId, found.keys())) {
      const known = plan.current.sources.get(node) ?? [];
      if (topics.join() !== known.join()) {
        const text = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(', '));
        reasons.push(`source ${node} matches other topics: ${text(topics)} instead of ${text(known)}`);
        continue;
      }
      for (const topic of topics) {
        const now = found.get(topic);
        const before = plan.current.partitions.get(topic);
        if (now === undefined || now === before) continue;
        reasons.push(`topic ${topic} has ${String(now)} partitions instead of ${String(before)}`);
      }
    }
    if (reasons.length > 0) changed(reasons.join('; '));
  }

  private fail(error: unknown): void {
    this.over = true;
    this.parts.failed(error);
  }
}

/** Kafka Streams: `MissingSourceTopicException`. */
export function topicGone(topic: string, kind: string): MillraceError {
  const remedy =
    kind === 'internal topic'
      ? 'restart the application: it creates the topic, and writes what its state folders hold to a changelog again'
      : 'create it again and restart the application';
  return new MillraceError('TOPIC_MISSING', `${kind} ${topic} was deleted while the application runs; ${remedy}`, {
    topic,
  });
}
