/** A task's state on a bench: opened over a backend, with a changelog that remembers, killed and opened again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Headers } from '../../src/record/headers.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import { Turn } from '../../src/record/turn.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StateBackend } from '../../src/store/backend.js';
import { openLevelBackend } from '../../src/store/level/open-level.js';
import { MemoryBackend } from '../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../src/store/cache-budget.js';
import { endlessSlice } from '../../src/time/slice.js';
import { openTaskState, type OverlayBackends } from '../../src/store/overlay/overlay-task-state.js';
import type {
  KeyValueSpec,
  OuterJoinSpec,
  SessionSpec,
  StoreEngine,
  StoreKind,
  StoreSpec,
  WindowSpec,
} from '../../src/store/spec.js';
import type { ChangelogAppender, TaskState } from '../../src/store/task-state.js';

export interface LoggedRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: Headers;
  readonly timestamp: number;
}

/** Changelog topics, by name. Offsets are indexes. */
export class Changelogs implements ChangelogAppender {
  readonly topics = new Map<string, LoggedRecord[]>();

  append(
    topic: string,
    _partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number,
  ): void {
    if (key === null) throw new Error('a changelog record without a key');
    // Copied, as a producer does: what is passed may be reused by the store.
    this.of(topic).push({ key: Buffer.from(key), value: value && Buffer.from(value), headers, timestamp });
  }

  of(topic: string): LoggedRecord[] {
    const records = this.topics.get(topic) ?? [];
    this.topics.set(topic, records);
    return records;
  }
}

export const numbers: { readonly key: Serde<unknown>; readonly value: Serde<unknown> } = {
  key: serdes.string(),
  value: serdes.double(),
};

/** What a test may say of a store of any kind; what a kind does not have is not looked at. */
export type SpecPart = Partial<
  Omit<KeyValueSpec, 'kind'> &
    Omit<WindowSpec, 'kind'> &
    Omit<SessionSpec, 'kind' | 'format'> &
    Omit<OuterJoinSpec, 'kind' | 'format'>
>;

/** A description with everything that a test does not care about; it must say what its kind cannot do without. */
export function spec<Kind extends StoreKind>(
  part: SpecPart & { readonly name: string; readonly kind: Kind },
): Extract<StoreSpec, { readonly kind: Kind }> {
  const whole = { ...numbers, format: 'plain', engine: 'memory', caching: false, logging: {}, ...part };
  return whole as unknown as Extract<StoreSpec, { readonly kind: Kind }>;
}

export interface BenchOptions {
  /** `level`: LevelDB in a folder of its own. */
  readonly engine?: StoreEngine;
  readonly cacheBytes?: number;
  readonly maxDirtyBytes?: number;
  readonly writeIntervalMs?: number;
}

export class StateBench {
  readonly context = new RecordContext();
  readonly changelogs = new Changelogs();
  readonly warnings: string[] = [];
  readonly budget: CacheBudget;
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-state-'));
  state!: TaskState;
  /** Monotonic, ms. */
  time = 0;
  private backend!: StateBackend;
  /** Over after every row that is sealed, and never otherwise: each commit of a test is one in pieces. */
  private readonly slice = { ...endlessSlice, over: (): boolean => this.sealing };
  private sealing = false;
  /** Called between two pieces of a seal. */
  whilePaused: () => void = () => undefined;
  private readonly warn = (message: string): void => {
    this.warnings.push(message);
  };

  constructor(
    public specs: readonly StoreSpec[],
    private readonly options: BenchOptions = {},
  ) {
    this.budget = new CacheBudget(options.cacheBytes ?? 1_000_000, options.maxDirtyBytes);
  }

  /** Where stores of engine `level` are kept. */
  get disk(): StateBackend {
    return this.backend;
  }

  async open(): Promise<this> {
    this.backend =
      this.options.engine === 'level'
        ? await openLevelBackend({
            folder: join(this.folder, 'task'),
            identity: 'bench 0_0',
            writeBufferBytes: 256 * 1024,
            cacheBytes: 256 * 1024,
            warn: this.warn,
          })
        : new MemoryBackend();
    return this.openOver({ level: this.backend, memory: new MemoryBackend() });
  }

  /** For what needs no await: everything in memory. */
  openSync(): this {
    const backend = new MemoryBackend();
    return this.openOver({ level: backend, memory: backend });
  }

  /** A record of the input is processed from now on. */
  record(offset: number, timestamp = offset, headers: Headers = NO_HEADERS): void {
    this.context.set('input', 0, offset, timestamp, headers);
  }

  /** The whole commit; returns what it wrote to changelogs. */
  async commit(): Promise<void> {
    this.state.flushCaches();
    this.seal();
    await this.state.writeEpoch(this.ends());
  }

  commitSync(): void {
    this.state.flushCaches();
    this.seal();
    if (this.state.writeEpoch(this.ends()) !== undefined) throw new Error('not synchronous');
  }

  /** Ends the epoch, row by row. Returns in how many pieces. */
  seal(): number {
    this.sealing = true;
    let pieces = 1;
    for (; !this.state.sealEpoch(this.changelogs); pieces += 1) this.whilePaused();
    this.sealing = false;
    return pieces;
  }

  /** Next offsets of all changelogs. */
  ends(): Map<string, number> {
    return new Map(
      this.state.changelogs().flatMap(({ store, topic }) => {
        return topic === null ? [] : [[store, this.changelogs.of(topic).length] as const];
      }),
    );
  }

  /** Ends without writing anything more, and opens again with what reached the backend; memory is gone. */
  async crash(): Promise<void> {
    await this.state.close();
    await this.open();
    await this.restore();
    await this.state.prepare();
  }

  /** Brings all stores to the end of their changelogs. Returns how many records were read. */
  async restore(): Promise<number> {
    let read = 0;
    for (const { store, topic, offset } of this.state.changelogs()) {
      if (topic === null) continue;
      for (const { key, value, timestamp, headers } of this.changelogs.of(topic).slice(Math.max(0, offset))) {
        this.state.restore(store, key, value, timestamp, headers);
        read += 1;
      }
    }
    await this.state.commitRestored(this.ends());
    return read;
  }

  async remove(): Promise<void> {
    await this.state.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openOver(backends: OverlayBackends): this {
    this.state = openTaskState({
      task: '0_0',
      partition: 0,
      context: this.context,
      turn: new Turn(this.context, this.slice),
      stores: this.specs.map((one) => ({
        spec: one,
        key: one.key ?? numbers.key,
        value: one.value ?? numbers.value,
        ...(one.kind !== 'outerJoin' || one.rightValue === undefined ? {} : { rightValue: one.rightValue }),
        changelogTopic: `app-${one.name}-changelog`,
      })),
      backends,
      cache: this.budget,
      ...(this.options.writeIntervalMs === undefined ? {} : { writeIntervalMs: this.options.writeIntervalMs }),
      now: () => this.time,
      warn: this.warn,
    });
    return this;
  }
}
