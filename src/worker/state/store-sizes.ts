/** Part of the loop: finds out once a minute about how many bytes are written of each store, without keeping the thread. */
import { reasonOf } from '../../errors/shown-value.js';
import type { Logger } from '../../observe/logger.js';
import type { StoreMeasurements } from '../../observe/measurements.js';
import type { TaskState } from '../../store/task-state.js';
import type { Clock } from '../../time/clock.js';
import { RareLook } from './rare-look.js';

/** A task with stores. */
interface Keeper {
  readonly state: Pick<TaskState, 'memory' | 'writtenBytes'>;
}

export class StoreSizes extends RareLook {
  private written: ReadonlyMap<string, number> = new Map();
  private hasFailed = false;

  /** @param clock does not jump */
  constructor(
    /** Those that have stores here at the moment. */
    private readonly keepers: () => readonly Keeper[],
    clock: Clock,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super(clock);
  }

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

  override poll(): void {
    if (this.keepers().length > 0) super.poll();
  }

  protected override async look(): Promise<void> {
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
