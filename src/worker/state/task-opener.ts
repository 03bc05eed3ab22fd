/** Opens a task: its folder, its state up to the end of the changelogs, its place in the input. */
import type {
  Admin,
  CommittedOffset,
  GroupMember,
  PartitionReader,
  RecordWriter,
  TopicPartition,
} from '../../broker/port.js';
import { writeAgain, type IncompleteChangelog, type WritingAgain } from '../../changelog/write-again.js';
import { Restorer, type RestoreJob, type RestoreReports } from '../../changelog/restorer.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { parseTaskId, type TaskId } from '../../group/ownership.js';
import { decided } from '../../record/decided.js';
import { RecordContext } from '../../record/record-context.js';
import { Turn } from '../../record/turn.js';
import type { Slice } from '../../time/slice.js';
import type { StateBackend } from '../../store/backend.js';
import type { EngineSupplier } from '../../store/engine-supplier.js';
import { openLevelBackend } from '../../store/level/open-level.js';
import type { CacheBudget } from '../../store/cache-budget.js';
import { openTaskState } from '../../store/overlay/overlay-task-state.js';
import type { StoreSpec } from '../../store/spec.js';
import type { TaskState } from '../../store/task-state.js';
import { assembleTask, type TaskInput, type TaskSettings } from '../../task/assemble-task.js';
import { EPOCH_NAME, markOf, NO_EPOCH } from '../../task/epoch-mark.js';
import { decodeOffsetMetadata } from '../../task/offset-metadata.js';
import { hasPages, timePlaces } from '../../task/packed-times.js';
import { engineOf, storeOpening } from '../../task/store-openings.js';
import { prepareSerdes } from '../../task/serde-uses.js';
import type { Task } from '../../task/task.js';
import type { TopologyNode } from '../../topology/node.js';
import { openOverBackends } from './open-backends.js';
import type { RestoreMetrics } from '../../observe/restore-metrics.js';
import { GuardedRestoreListener, type RestoreListener } from './restore-listener.js';
import type { StateFolder } from './state-folder.js';
import type { StartOffsets } from '../topics/start-offsets.js';
import type { TopicIds } from '../topics/topic-ids.js';
import { inputsOf, tasksOf, type InputPartition, type TopicPlan } from '../topics/topic-plan.js';

/** With exactly-once commits follow each other ten times a second, and mostly change the same rows. */
const WRITE_INTERVAL_MS = 1_000;
const NO_TIMES: ReadonlyMap<string, number> = new Map();

interface TaskOpenerParts {
  readonly settings: TaskSettings;
  readonly config: Config;
  readonly plan: { current: TopicPlan };
  readonly admin: Admin;
  readonly starts: StartOffsets;
  readonly ids: TopicIds;
  /** These topics were found to be others than before. */
  readonly recreated: (topics: readonly string[]) => void;
  readonly member: GroupMember;
  readonly folder: StateFolder;
  /** The restorer's own. */
  readonly reader: PartitionReader;
  readonly cache: CacheBudget;
  /** Of the loop that runs the tasks. */
  readonly slice: Slice;
  /** Of what is restored and written again, whose steps cost something else than those of records. */
  readonly restoreSlice: Slice;
  readonly listeners: readonly RestoreListener[];
  readonly metrics: RestoreMetrics;
  /** Makes durable what was written so far, where flushing does not. */
  readonly commit: (() => Promise<void>) | null;
}

/** Kafka Streams: `ActiveTaskCreator` with `StateManagerUtil` and `DefaultStateUpdater`. */
export class TaskOpener {
  private readonly restorer: Restorer;

  constructor(private readonly parts: TaskOpenerParts) {
    // Markers may be missing of what the last owner committed: the stable end could be before it.
    const ends = parts.config.transactionTimeoutMs === null ? undefined : 'uncommitted';
    this.restorer = new Restorer(parts.reader, parts.admin, parts.config.logger, parts.restoreSlice, ends);
  }

  /** @throws the reason of `cancel`, with everything closed again */
  async open(id: TaskId, cancel: AbortSignal): Promise<Task> {
    const { settings, plan, ids } = this.parts;
    const { topology } = settings;
    const { subTopology, partition } = parseTaskId(id);
    const part = topology.subTopologies().find((one) => one.id === subTopology);
    if (part === undefined) {
      throw new MillraceError(
        'STATE_INVALID',
        `task ${id} was assigned, but this instance's topology has no sub-topology ${String(subTopology)}; all instances of an application must run the same topology`,
        { task: id },
      );
    }
    const specs = part.stores.map((name) => topology.stores.get(name) as StoreSpec);
    const record = new RecordContext();
    const turn = new Turn(record, this.parts.slice);
    const state = await this.openState(id, partition, specs, record, turn);
    try {
      const reads = inputsOf(id, topology, plan.current);
      await this.learnIds([...reads, ...state.changelogs()]);
      await prepareSerdes(part.nodes, specs, settings);
      const inputs = await this.positions(reads, state);
      cancel.throwIfAborted();
      const committedOffset = ({ topic }: TopicPartition): number =>
        inputs.find((input) => input.topic === topic)?.committed ?? 0;
      const committed = state.mark !== '' && state.mark === markOf(inputs.map(marked));
      const job = {
        task: id,
        state,
        committed,
        committedOffset,
        topicId: (topic: string) => ids.of(topic),
        reports: this.reports(id),
        ...this.decoding(id, specs, part.nodes),
      };
      const incomplete = await this.restorer.restore(job, cancel);
      await state.prepare();
      await this.completeChangelogs(id, incomplete, state, cancel);
      const stateDir = this.areOnDisk(specs) ? this.parts.folder.task(id) : null;
      return assembleTask(settings, { id, nodes: part.nodes, inputs, state, record, turn, stateDir });
    } catch (error) {
      this.parts.metrics.leave(id);
      await state.close().catch((failure: unknown) => {
        this.parts.config.logger.warn(reasonOf(failure), { task: id });
      });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.restorer.close();
  }

  private async openState(
    id: TaskId,
    partition: number,
    specs: readonly StoreSpec[],
    record: RecordContext,
    turn: Turn,
  ): Promise<TaskState> {
    const { settings, config, cache, folder } = this.parts;
    const warn = (message: string): void => {
      config.logger.warn(message, { task: id });
    };
    const parts = {
      openLevel: () => this.openLevel(id, warn),
      placeOf: ({ name }: EngineSupplier) => ({
        applicationId: config.applicationId,
        task: id,
        folder: folder.engine(name, id),
        memoryBytes: this.memoryShare(),
        warn,
      }),
    };
    return openOverBackends(new Set(specs.map((spec) => engineOf(spec, config.dslStores))), parts, (backends) =>
      openTaskState({
        task: id,
        partition,
        context: record,
        turn,
        clock: config.clock,
        stores: specs.map((spec) => storeOpening(spec, settings)),
        home: { applicationId: config.applicationId, folders: folder.stores(id) },
        backends,
        cache,
        // A changelog read as committed has nothing beyond the last commit: what the disk lacks can be had from there.
        writeIntervalMs: config.transactionTimeoutMs === null ? 0 : WRITE_INTERVAL_MS,
        warn,
      }),
    );
  }

  private areOnDisk(specs: readonly StoreSpec[]): boolean {
    return specs.some((spec) => engineOf(spec, this.parts.config.dslStores) === 'level');
  }

  /** Bytes of one task: memory is divided over the tasks that one instance may come to hold, all of them. */
  private memoryShare(): number {
    const { config, plan } = this.parts;
    return Math.floor(config.stateStoreMemoryBytes / Math.max(1, tasksOf(plan.current).length));
  }

  private openLevel(id: TaskId, warn: (message: string) => void): Promise<StateBackend> {
    const { config, folder } = this.parts;
    const share = this.memoryShare();
    return openLevelBackend({
      folder: folder.task(id),
      identity: `${config.applicationId} ${id}`,
      writeBufferBytes: Math.max(256 * 1024, Math.floor(share / 4)),
      cacheBytes: Math.max(256 * 1024, Math.floor(share / 2)),
      warn,
    });
  }

  /** Committed offsets, or where the reset policy says. */
  private async positions(
    inputs: readonly InputPartition[],
    state: TaskState,
  ): Promise<(TaskInput & { committed: number })[]> {
    const found = await this.parts.member.committed(inputs);
    const committedOf = ({ topic, partition }: TopicPartition): CommittedOffset | undefined =>
      found.find((one) => one.topic === topic && one.partition === partition);
    const timePages = await this.timePages(found, state);
    return Promise.all(
      inputs.map(async (input) => {
        const committed = committedOf(input);
        if (committed === undefined || committed.offset < 0) {
          const nothing = { committed: 0, partitionTime: -1, operatorTimes: NO_TIMES };
          const why = `the group ${this.parts.config.applicationId} has no committed offset`;
          return { ...input, offset: await this.startOf(input, why), ...nothing };
        }
        const { offset, metadata } = committed;
        return { ...input, offset, committed: offset, ...decodeOffsetMetadata(metadata), timePages };
      }),
    );
  }

  /** Times of operators that the texts beside the offsets had no room for. */
  private async timePages(found: readonly CommittedOffset[], state: TaskState): Promise<ReadonlyMap<string, number>[]> {
    if (!found.some(({ metadata }) => hasPages(decodeOffsetMetadata(metadata).operatorTimes))) return [];
    const pages = await this.parts.member.committed(timePlaces(state));
    return pages.map(({ metadata }) => decodeOffsetMetadata(metadata).operatorTimes);
  }

  private async completeChangelogs(
    id: TaskId,
    changelogs: readonly IncompleteChangelog[],
    state: TaskState,
    cancel: AbortSignal,
  ): Promise<void> {
    if (changelogs.length === 0) return;
    const { settings, config } = this.parts;
    const writer = settings.producer.writer({ name: `task ${id}, writing its changelogs again` });
    try {
      const { restoreSlice: slice } = this.parts;
      await writeAgain(changelogs, { state, writer: this.durable(writer), logger: config.logger, slice }, cancel);
    } finally {
      writer.end();
    }
  }

  private durable(writer: RecordWriter): WritingAgain['writer'] {
    const { commit } = this.parts;
    if (commit === null) return writer;
    return {
      append: (...record) => writer.append(...record),
      get full() {
        return writer.full;
      },
      flush: async () => {
        await commit();
        return writer.flush();
      },
    };
  }

  /** Before anything is decided by offsets: which topics they are of. */
  private async learnIds(partitions: readonly { readonly topic: string | null }[]): Promise<void> {
    const topics = new Set(partitions.flatMap(({ topic }) => (topic === null ? [] : [topic])));
    const others = await this.parts.ids.changed([...topics]);
    if (others.length > 0) this.parts.recreated(others);
  }

  private async startOf(input: InputPartition, why: string): Promise<number> {
    const { starts, settings, config } = this.parts;
    try {
      return (await starts.find(input, why)).offset;
    } catch (error) {
      const node = settings.topology.node(input.source);
      const byPattern = node?.type === 'source' && node.topics instanceof RegExp;
      if (!byPattern || !MillraceError.is(error) || error.code !== 'TOPIC_MISSING') throw error;
      // Whoever reads it is told so in turn, and the group shares out what is left.
      config.logger.warn(`${input.topic}-${String(input.partition)} has just been deleted`, { error: error.message });
      return 0;
    }
  }

  /** Records that cannot be restored: what decodes them, and who decides. */
  private decoding(
    task: TaskId,
    specs: readonly StoreSpec[],
    nodes: readonly TopologyNode[],
  ): Pick<RestoreJob, 'decodersOf' | 'undecodable'> {
    const { settings, config } = this.parts;
    const nodeOf = (store: string): string =>
      nodes.find((node) => node.type === 'processor' && node.stores.includes(store))?.name ?? store;
    return {
      decodersOf: (store) => storeOpening(specs.find(({ name }) => name === store) as StoreSpec, settings),
      undecodable: (error, record) => {
        const placed = error.completed({ node: nodeOf(record.store), task });
        const shown = { ...record, node: nodeOf(record.store) };
        const handler = config.deserializationErrorHandler;
        // No dead letter: the record stays where it is, and would make one at every restoring.
        if (decided(handler, placed, shown, 'deserializationErrorHandler').then === 'fail') throw placed;
        settings.metrics.dropped('undecodable');
        config.logger.warn(placed.message, { task, store: record.store });
      },
    };
  }

  private reports(task: TaskId): RestoreReports {
    const { metrics, config } = this.parts;
    const listeners = this.parts.listeners.map((listener) => new GuardedRestoreListener(listener, task));
    return {
      started: (store, start, end) => {
        config.logger.info('restoring begins', { ...store, start, end });
        metrics.began(store, start, end);
        for (const listener of listeners) listener.onRestoreStart(store, start, end);
      },
      batch: (store, next, records) => {
        metrics.advanced(store, next, records);
        for (const listener of listeners) listener.onBatchRestored(store, next, records);
      },
      ended: (store, records) => {
        metrics.ended(store);
        config.logger.info('restoring is done', { ...store, records });
        for (const listener of listeners) listener.onRestoreEnd(store, records);
      },
    };
  }
}

function marked({ topic, partition, offset, operatorTimes }: TaskInput): Parameters<typeof markOf>[0][number] {
  return { topic, partition, offset, epoch: operatorTimes.get(EPOCH_NAME) ?? NO_EPOCH };
}
