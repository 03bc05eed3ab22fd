/** What an instance does about what its reader met that is no data: offsets that are not in the log, topics that are gone. */
import type { Admin, PartitionReader, ReaderEvent, TopicPartition } from '../../broker/port.js';
import type { Config } from '../../config.js';
import type { PartitionQueue } from '../../source/partition-queue.js';
import type { Topology } from '../../topology/topology.js';
import type { InstanceMetrics } from '../instance-metrics.js';
import type { StartOffsets } from '../topics/start-offsets.js';
import type { TaskSet } from './task-set.js';
import type { TopicIds } from '../topics/topic-ids.js';
import { topicGone } from '../topics/topic-watch.js';

interface ReaderEventParts {
  readonly config: Pick<Config, 'logger'>;
  readonly topology: Topology;
  readonly admin: Pick<Admin, 'describeTopics'>;
  readonly reader: Pick<PartitionReader, 'events' | 'wake' | 'seek'>;
  readonly tasks: Pick<TaskSet, 'queueOf' | 'seek' | 'running'>;
  readonly starts: StartOffsets;
  readonly ids: TopicIds;
  readonly metrics: Pick<InstanceMetrics, 'records'>;
  /** A topic that a pattern matched is gone: the tasks have to be shared out anew. */
  readonly topicsChanged: () => void;
}

type OutOfRange = ReaderEvent & { readonly type: 'out-of-range' };

/** Asks the cluster beside the loop: a partition that is in question waits, the others go on. */
export class ReaderEvents {
  private readonly asking = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly parts: ReaderEventParts) {}

  /** Called by the loop as often as it likes. @throws what ends the instance */
  poll(): void {
    if (this.failure !== null) throw this.failure.error;
    for (const event of this.parts.reader.events()) this.beside(this.answer(event));
  }

  async idle(): Promise<void> {
    await Promise.all(this.asking);
  }

  /** Begins anew with topics that were deleted and created again: an offset of the old one says nothing about the new. */
  restart(topics: readonly string[]): void {
    for (const topic of topics) this.beside(this.restartAll(topic));
  }

  /** Goes on with partitions that were taken for gone and are there. */
  revive(partitions: ReadonlyMap<string, number>): void {
    for (const queue of this.queues()) {
      if (!queue.gone || (partitions.get(queue.topic) ?? 0) <= queue.partition) continue;
      this.beside(this.startAnew(queue, `topic ${queue.topic} was gone and is there again`));
    }
  }

  private beside(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => {
        this.failure ??= { error };
        this.parts.reader.wake();
      })
      .finally(() => {
        this.asking.delete(watched);
      });
    this.asking.add(watched);
  }

  private async answer(event: ReaderEvent): Promise<void> {
    switch (event.type) {
      case 'failed':
        throw event.error;
      case 'out-of-range':
        return this.outOfRange(event);
      case 'doubtful-topic':
        await this.createdAgain(event.topic);
        return;
      case 'unknown-topic':
        return this.unknown(event);
    }
  }

  private async outOfRange({ topic, partition, offset, logStart, logEnd }: OutOfRange): Promise<void> {
    const { tasks, metrics } = this.parts;
    const queue = tasks.queueOf({ topic, partition });
    if (queue === undefined) return;
    metrics.records.outOfRange += 1;
    if (await this.createdAgain(topic)) return;
    await this.startAnew(
      queue,
      `offset ${String(offset)} of ${topic}-${String(partition)} is not in the log, which holds ${String(logStart)} to ${String(logEnd)}`,
    );
  }

  /** Brokers learn of a topic one after the other: it may be there all the same. */
  private async unknown({ topic, partition }: TopicPartition): Promise<void> {
    const { admin, reader, tasks, config, topicsChanged } = this.parts;
    const queue = tasks.queueOf({ topic, partition });
    if (queue === undefined) return;
    const [found] = await admin.describeTopics([topic]);
    if (found !== undefined && found.partitions > partition) {
      if (await this.createdAgain(topic)) return;
      if (tasks.queueOf({ topic, partition }) === queue) reader.seek({ topic, partition, offset: queue.fetchedOffset });
      return;
    }
    if (found === undefined && !this.isByPattern(queue)) throw topicGone(topic, this.kindOf(queue));
    config.logger.warn(`${topic}-${String(partition)} was deleted; the application goes on without it`, {
      topic,
      partition,
    });
    queue.gone = true;
    reader.wake();
    topicsChanged();
  }

  private async createdAgain(topic: string): Promise<boolean> {
    const others = await this.parts.ids.changed([topic]);
    if (others.length === 0) return false;
    await this.restartAll(topic);
    return true;
  }

  private async restartAll(topic: string): Promise<void> {
    const why = `topic ${topic} was deleted and created again`;
    const queues = this.queues().filter((queue) => queue.topic === topic);
    await Promise.all(queues.map((queue) => this.startAnew(queue, why)));
  }

  private async startAnew(queue: PartitionQueue, why: string): Promise<void> {
    const { config, tasks, starts } = this.parts;
    const { topic, partition } = queue;
    const start = await starts.find({ topic, partition, source: queue.source.node }, why);
    // The task may have been given up meanwhile, and opened anew.
    if (tasks.queueOf(queue) !== queue) return;
    config.logger.warn(`${why}; going on at offset ${String(start.offset)}`, { topic, partition });
    tasks.seek(start);
  }

  private queues(): PartitionQueue[] {
    return this.parts.tasks.running.flatMap((task) => task.partitions);
  }

  private isByPattern(queue: PartitionQueue): boolean {
    const node = this.parts.topology.node(queue.source.node);
    return node?.type === 'source' && node.topics instanceof RegExp;
  }

  private kindOf(queue: PartitionQueue): string {
    const node = this.parts.topology.node(queue.source.node);
    const { repartitionTopics } = this.parts.topology;
    const topics = node?.type === 'source' && !(node.topics instanceof RegExp) ? node.topics : [];
    return topics.some((topic) => repartitionTopics.has(topic)) ? 'internal topic' : 'source topic';
  }
}
