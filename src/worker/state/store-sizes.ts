/** Part of the loop: finds out once a minute about how many bytes are written of each store, without keeping the thread. */
import { reasonOf } from '../../errors/shown-value.js';
import type { Logger } from '../../observe/logger.js';
import type { StoreMeasurements } from '../../observe/measurements.js';
import type { TaskState } from '../../store/task-state.js';
import type { Clock } from '../../time/clock.js';

const LOOK_MS = 60_000;

/** A task with stores. */
interface Keeper {
  readonly state: Pick<TaskState, 'memory' | 'writtenBytes'>;
}

export class StoreSizes {
  private written: ReadonlyMap<string, number> = new Map();
  private looking: Promise<void> | null = null;
  private next = 0;
  private hasFailed = false;

  constructor(
    /** Those that have stores here at the moment. */
    private readonly keepers: () => readonly Keeper[],
    /** Does not jump. */
    private readonly clock: Clock,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Of each store that is here, over all tasks. */
  measure(): StoreMeasurements[] {
    const all = new Map<string, { store: string; resident: number; uncommitted: number; written: number | null }>();
    for (const { state } of this.keepers()) {
      for (const { store, resident, uncommitted } of state.memory()) {
        const sum = all.get(store) ?? { store, resident: 0, uncommitted: 0, written: this.written.get(store) ?? null };
        sum.resident += resident;
        sum.uncommitted += uncommitted;
        all.set(store, sum);
      }
    }
    return [...all.values()];
  }

  poll(): void {
    const now = this.clock.now();
    if (now < this.next || this.looking !== null || this.keepers().length === 0) return;
    this.next = now + LOOK_MS;
    this.looking = this.look().finally(() => {
      this.looking = null;
    });
  }

  async idle(): Promise<void> {
    await this.looking;
  }

  private async look(): Promise<void> {
    const written = new Map<string, number>();
    for (const { state } of this.keepers()) {
      for (const { store } of state.memory()) {
        const bytes = await this.bytesOf(state, store);
        if (bytes !== null) written.set(store, (written.get(store) ?? 0) + bytes);
      }
    }
    this.written = written;
  }

  /** What cannot be measured fails where it is read or written; here it is told once and has no size. */
  private async bytesOf(state: Keeper['state'], store: string): Promise<number | null> {
    try {
      return await state.writtenBytes(store);
    } catch (error) {
      if (!this.hasFailed) this.logger.warn('the size of a store is not known', { store, error: reasonOf(error) });
      this.hasFailed = true;
      return null;
    }
  }
}
