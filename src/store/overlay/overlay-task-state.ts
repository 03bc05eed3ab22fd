/** The state of a task: its stores over a backend on disk and one in memory, committed together. */
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import { Turn } from '../../record/turn.js';
import type { StateBackend } from '../backend.js';
import type { ChangeListener, WatchedKeys } from '../change-listener.js';
import type { EngineSupplier } from '../engine-supplier.js';
import type { GetStore } from '../kinds.js';
import type { StoreEngine, StoreFormat, StoreKind } from '../spec.js';
import type { StateStore } from '../state-store.js';
import { NO_HOME } from '../store-home.js';
import type {
  ChangelogAppender,
  ChangelogRow,
  StoreChangelog,
  StoreMemory,
  TaskState,
  TaskStateOptions,
} from '../task-state.js';
import { systemClock } from '../../time/clock.js';
import { monotonicNow } from '../../time/monotonic.js';
import { endlessSlice, type Slice } from '../../time/slice.js';
import type { WriteBatch } from '../write-batch.js';
import type { CacheBudget } from '../cache-budget.js';
import type { Sealing } from './epoch/overlay-store.js';
import { LateWrites } from './late-writes.js';
import { closeMembers, dropUnknown, openMember, type Member, type Volume } from './member.js';
import { shapeOf } from './open-store.js';
import { completeBatches, sealMembers, sealUnwritten, settleMembers, settleVolumes } from './seal-members.js';
import { underPrefix } from './walk/disk-entries.js';

/** Where stores of each engine are kept; may be the same. */
export interface OverlayBackends {
  readonly level: StateBackend;
  readonly memory: StateBackend;
  /** Of an engine of the user's own. Default: as of `level`. */
  readonly own?: (engine: EngineSupplier) => StateBackend;
}

export interface OverlayOptions extends TaskStateOptions {
  /** Closed with the task's state, as far as stores are kept there. */
  readonly backends: OverlayBackends;
  readonly cache: CacheBudget;
  /**
   * Epochs that follow each other faster may be written to disk together, ms, where the stores allow for it: for a guarantee under which
   * a changelog tells what is committed. Default: 0, each epoch is written.
   */
  readonly writeIntervalMs?: number;
  /** Monotonic, ms. Default: the machine's. */
  readonly now?: () => number;
  /** Told of state that was found and could not be used. */
  readonly warn: (message: string) => void;
}

/**
 * Opens the stores of a task. Synchronous, and with backends in memory all of the commit is too. If it throws, the backends are
 * the caller's to close: that takes time.
 */
export function openTaskState(options: OverlayOptions): TaskState {
  return new OverlayTaskState(options);
}

class OverlayTaskState implements TaskState {
  private readonly members = new Map<string, Member>();
  private readonly order: Member[] = [];
  private readonly volumes: Volume[] = [];
  private writing: Promise<void> | null = null;
  /** Begun, and cut off by the end of a slice of time. */
  private sealing: Sealing | null = null;
  private closed = false;
  private readonly late: LateWrites;
  private readonly turn: Turn;
  /** What `find` gives has the interface of its kind and format: `openStore` sees to it. */
  readonly get: GetStore = (kind: StoreKind, name: string, format: StoreFormat = 'plain') =>
    this.find(kind, name, format) as never;

  constructor(private readonly options: OverlayOptions) {
    const { cache: budget, context, task, partition, clock = systemClock, home = NO_HOME } = options;
    const { writeIntervalMs = 0, now = monotonicNow } = options;
    this.turn = options.turn ?? new Turn(context);
    const surroundings = { task, home, budget, context, turn: this.turn, clock, partition };
    try {
      for (const opening of options.stores) {
        const backend = backendOf(options.backends, opening.spec.engine);
        const member = openMember(opening, backend, this.volumes, surroundings, (reason) => {
          this.warn(opening.spec.name, reason);
        });
        this.members.set(member.store.name, member);
        this.order.push(member);
      }
    } catch (error) {
      // Nobody will close them: what they have of the memory goes to others.
      for (const { store } of this.order) store.close();
      throw error;
    }
    this.late = new LateWrites(this.order, writeIntervalMs, now);
    dropUnknown(this.order, this.volumes, (store, reason) => {
      this.warn(store, reason);
    });
  }

  get stores(): readonly StateStore[] {
    return this.order.map(({ store }) => store.face);
  }

  watch(store: string, keys: WatchedKeys, listener: ChangeListener): () => void {
    return this.member(store).store.watch(keys, listener);
  }

  written(store: string): StateStore {
    this.late.read();
    return this.member(store).written.face;
  }

  memory(): readonly StoreMemory[] {
    return this.order.map(({ store }) => store.memory);
  }

  async writtenBytes(store: string): Promise<number | null> {
    const { site, volume } = this.member(store);
    return (await volume.backend.sizeOf?.(underPrefix(site.prefix))) ?? null;
  }

  get dirty(): boolean {
    return this.turn.unfinished || this.order.some(({ store }) => store.changed || store.holding);
  }

  get holding(): boolean {
    return this.order.some(({ store }) => store.holding);
  }

  get wantsCommit(): boolean {
    return this.options.cache.wantsCommit && this.dirty;
  }

  get sealed(): boolean {
    return this.late.waits || this.volumes.some((volume) => volume.batch !== null);
  }

  get behind(): boolean {
    return this.late.behind;
  }

  writeNext(): void {
    this.late.stop();
  }

  flushCaches(): void {
    // What one store emits may be held back by another, mostly by a later one.
    let emitted = true;
    while (emitted) {
      emitted = false;
      for (const { store } of this.order) {
        if (!store.flush()) continue;
        emitted = true;
        if (this.turn.unfinished) return;
      }
    }
  }

  sealEpoch(appender: ChangelogAppender): boolean {
    if (this.closed && this.sealing !== null) throw this.invalid('it was closed while it was being sealed');
    if (this.sealing === null && this.sealed) throw this.invalid('an epoch is sealed already: await writeEpoch first');
    if (this.turn.unfinished)
      throw this.invalid('something that a record began is not finished: let the turn go on first');
    const holding = this.order.find(({ store }) => store.holding);
    if (holding !== undefined)
      throw this.invalid(`store ${holding.store.name} holds updates back: call flushCaches first`);
    const sealing = (this.sealing ??= this.begin(appender));
    while (sealing.next().done !== true) if (this.turn.ended()) return false;
    this.sealing = null;
    return true;
  }

  writeEpoch(changelogOffsets: ReadonlyMap<string, number>, mark = ''): Promise<void> | void {
    if (!this.sealed) throw this.invalid('no epoch is sealed');
    if (!this.late.waits) return this.write(changelogOffsets, mark);
    this.late.leave(changelogOffsets);
  }

  get mark(): string {
    const marks = new Set(this.volumes.filter(({ backend }) => backend.persistent).map(({ catalog }) => catalog.mark));
    const [mark = ''] = marks;
    return marks.size === 1 ? mark : '';
  }

  changelog(store: string): StoreChangelog {
    return this.member(store).changelog;
  }

  changelogs(): readonly StoreChangelog[] {
    return this.order.map(({ changelog }) => changelog);
  }

  restore(store: string, key: Buffer | null, value: Buffer | null, timestamp: number, headers: Headers): void {
    // A record without a key can only come from a source topic, and has no place in a table.
    if (key === null) return;
    this.member(store).store.restore(key, value, timestamp, headers);
  }

  commitRestored(changelogOffsets: ReadonlyMap<string, number>, slice: Slice = endlessSlice): Promise<void> | void {
    if (this.sealed) throw this.invalid('an epoch is sealed: await writeEpoch before restoring');
    const sealing = this.seal(null);
    if (sealInSlice(sealing, slice)) return this.write(changelogOffsets, '');
    return this.goOnCommitting(sealing, changelogOffsets, slice);
  }

  prepare(): Promise<void> | void {
    return together(this.order.map(({ store }) => store.prepare()));
  }

  noteTopic(store: string, topicId: string | null): void {
    this.member(store).volume.catalog.noteTopicId(store, topicId);
  }

  changelogRows(store: string): AsyncIterable<ChangelogRow> | null {
    return this.member(store).store.changelogRows();
  }

  wipe(store: string): void {
    const { store: wiped, site, volume } = this.member(store);
    wiped.wipe(volume.catalog.renew(store, shapeOf(site.opening.spec)));
  }

  async close(): Promise<void> {
    await this.end((backend) => backend.close());
  }

  async destroy(): Promise<void> {
    await this.end((backend) => backend.destroy());
  }

  private async goOnCommitting(
    sealing: Iterator<unknown>,
    changelogOffsets: ReadonlyMap<string, number>,
    slice: Slice,
  ): Promise<void> {
    do {
      await slice.pause();
      if (this.closed) throw this.invalid('it was closed while it was being sealed');
    } while (!sealInSlice(sealing, slice));
    await this.write(changelogOffsets, '');
  }

  private begin(appender: ChangelogAppender): Sealing {
    this.late.begin(this.options.cache.wantsCommit);
    return this.late.waits ? sealUnwritten(this.order, appender, this.options.task) : this.seal(appender);
  }

  private seal(appender: ChangelogAppender | null): Sealing {
    return sealMembers(this.order, this.volumes, appender, this.options.task);
  }

  private write(offsets: ReadonlyMap<string, number>, mark: string): Promise<void> | void {
    completeBatches(this.order, this.volumes, offsets, mark);
    const writes = together(this.volumes.map(({ backend, batch }) => backend.write(batch as WriteBatch)));
    if (writes === undefined) {
      this.settle();
      return undefined;
    }
    this.writing = writes.then(() => {
      this.settle();
    });
    return this.writing;
  }

  private settle(): void {
    settleVolumes(this.volumes);
    this.late.written();
    if (!this.closed) settleMembers(this.order);
  }

  private find(kind: StoreKind, name: string, format: StoreFormat): StateStore {
    const store = this.member(name).store.face;
    if (store.kind === kind && (store.format === format || standsFor(store, format))) return store;
    throw this.unavailable(
      name,
      `is of kind ${store.kind} and format ${store.format}, not of kind ${kind} and format ${format}`,
    );
  }

  private member(name: string): Member {
    const member = this.members.get(name);
    if (member === undefined) {
      const known = this.order.map(({ store }) => store.name).join(', ');
      throw this.unavailable(name, `is not connected to this task, which has ${known === '' ? 'no stores' : known}`);
    }
    return member;
  }

  private async end(endBackend: (backend: StateBackend) => Promise<void>): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    // Its failure is told to whoever asked for the write.
    await this.writing?.catch(() => undefined);
    const [failure] = closeMembers(this.order);
    for (const { backend } of this.volumes) await endBackend(backend);
    if (failure !== undefined) throw failure;
  }

  private warn(store: string, reason: string): void {
    this.options.warn(`store ${store} of task ${this.options.task}: ${reason}`);
  }

  private unavailable(store: string, what: string): MillraceError {
    return new MillraceError('STORE_UNAVAILABLE', `store ${store} ${what}`, { store, task: this.options.task });
  }

  private invalid(what: string): MillraceError {
    return new MillraceError('STATE_INVALID', `state cannot be committed: ${what}`, { task: this.options.task });
  }
}

/** False: the slice is over, and there is more to seal. */
function sealInSlice(sealing: Iterator<unknown>, slice: Slice): boolean {
  while (sealing.next().done !== true) if (slice.over()) return false;
  return true;
}

/** Undefined where nobody has to wait. */
function together(waits: readonly (Promise<void> | void)[]): Promise<void> | undefined {
  const open = waits.filter((wait) => wait !== undefined);
  return open.length === 0 ? undefined : Promise.all(open).then(() => undefined);
}

function backendOf(backends: OverlayBackends, engine: StoreEngine): StateBackend {
  if (typeof engine === 'string') return backends[engine];
  return backends.own === undefined ? backends.level : backends.own(engine);
}

/** A store that keeps headers is also what it would be without them. */
function standsFor(store: StateStore, format: StoreFormat): boolean {
  const without: StoreFormat = store.kind === 'keyValue' || store.kind === 'window' ? 'timestamped' : 'plain';
  return store.format === 'headers' && format === without;
}
