/** A whole topology as one task over a broker in memory, for tests of what a task does between two slices of time. */
import { MemoryBroker, type MemoryProducer } from '../../src/broker/memory/memory-broker.js';
import { RecordMetrics } from '../../src/observe/instance-metrics.js';
import { silentLogger } from '../../src/observe/logger.js';
import type { RecordLatency } from '../../src/observe/record-latency.js';
import { LongCalls } from '../../src/processor/long-calls.js';
import { RecordContext } from '../../src/record/record-context.js';
import { Turn } from '../../src/record/turn.js';
import { serdes } from '../../src/serde/serdes.js';
import { DefaultPartition } from '../../src/sink/default-partition.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../src/store/cache-budget.js';
import { openTaskState } from '../../src/store/overlay/overlay-task-state.js';
import { assembleTask, type TaskSettings } from '../../src/task/assemble-task.js';
import { storeOpening } from '../../src/task/store-openings.js';
import type { Task } from '../../src/task/task.js';
import { endlessSlice, type Slice } from '../../src/time/slice.js';
import type { Topology } from '../../src/topology/topology.js';

/** One record of text: topic, key, value, time. */
export type TextRecord = readonly [topic: string, key: string, value: string | null, timestamp: number];

export interface OneTaskOptions {
  readonly slice?: Slice;
  readonly cacheBytes?: number;
  readonly longCalls?: LongCalls;
  readonly latency?: RecordLatency;
  /** The stores say that they outlive the task. */
  readonly persistent?: boolean;
  /** Default: `0_0`. */
  readonly id?: string;
  /** That it reads of each topic. Default: 0. */
  readonly partition?: number;
  /** Of other tasks too. Default: one of its own. */
  readonly broker?: MemoryBroker;
  /** Default: one that writes to the broker. */
  readonly producer?: MemoryProducer;
  /** Default: `fail`, without letters. */
  readonly failures?: Pick<TaskSettings, 'processingErrorHandler' | 'deadLetters'>;
}

/** Says that it is a disk. */
class LastingBackend extends MemoryBackend {
  override readonly persistent = true;
}

export class OneTask {
  readonly task: Task;
  readonly producer: MemoryProducer;
  /** Of timers and intervals. */
  steadyNow = 0;
  /** Of the wall clock. */
  now = 0;
  private readonly broker: MemoryBroker;

  constructor(topology: Topology, options: OneTaskOptions = {}) {
    const { slice = endlessSlice, cacheBytes = 0, longCalls = new LongCalls(), persistent = false } = options;
    const { id = '0_0', partition = 0, broker = new MemoryBroker(), producer = broker.producer() } = options;
    this.broker = broker;
    this.producer = producer;
    const record = new RecordContext();
    const turn = new Turn(record, slice);
    const backend = persistent ? new LastingBackend() : new MemoryBackend();
    const settings: TaskSettings = {
      applicationId: 'test',
      topology,
      defaultKeySerde: serdes.string(),
      defaultValueSerde: serdes.string(),
      timestampExtractor: null,
      deserializationErrorHandler: () => 'fail',
      processingErrorHandler: () => 'fail',
      maxTaskIdleMs: 0,
      clock: { now: () => this.now },
      steadyClock: { now: () => this.steadyNow },
      emitIntervalMs: 0,
      longCalls,
      dslStores: 'memory',
      dslStoreFormat: null,
      wake: () => undefined,
      producer: this.producer,
      defaultPartition: new DefaultPartition(() => 0),
      metrics: new RecordMetrics(),
      latency: options.latency ?? null,
      logger: silentLogger,
      endOffset: ({ topic }) => this.task.queue(topic, 0)?.fetchedOffset ?? 0,
      globalStores: null,
      ...options.failures,
    };
    const state = openTaskState({
      task: id,
      partition,
      context: record,
      turn,
      clock: settings.clock,
      stores: [...topology.stores.values()].map((spec) => storeOpening(spec, settings)),
      backends: { level: backend, memory: backend },
      cache: new CacheBudget(cacheBytes),
      warn: () => undefined,
    });
    void state.prepare();
    const start = { partition, offset: 0, partitionTime: -1, operatorTimes: new Map<string, number>() };
    const inputs = topology.nodes.flatMap((node) =>
      node.type !== 'source' || node.topics instanceof RegExp
        ? []
        : node.topics.map((topic) => ({ ...start, topic, source: node.name })),
    );
    this.task = assembleTask(settings, { id, nodes: topology.nodes, inputs, state, record, turn });
  }

  /** Hands records to the task's queues, processing none. */
  offer(records: readonly TextRecord[]): void {
    for (const [topic, key, value, timestamp] of records) {
      const bytes = value === null ? null : Buffer.from(value);
      const record = this.broker.append(topic, Buffer.from(key), bytes, [], timestamp);
      const queue = this.task.queue(topic, 0);
      if (queue === undefined) throw new Error(`nothing reads ${topic}`);
      this.task.add(this.broker.fetched([record]), queue);
    }
  }

  /** One slice of time; returns what `Task.process` does. */
  turn(slice: Slice = endlessSlice): number {
    slice.begin();
    return this.task.process(256, this.steadyNow);
  }

  /** Flushes, seals and writes, as a commit does. */
  async commit(): Promise<void> {
    await this.task.flush();
    await this.task.seal();
    await this.task.writeEpoch(this.producer.offsets());
  }

  /** What was written since the last call, as text by topic. */
  written(): string[] {
    return this.producer
      .takeWritten()
      .map(({ topic, key, value, timestamp }) => `${topic} ${String(key)}=${String(value)}@${String(timestamp)}`);
  }
}
