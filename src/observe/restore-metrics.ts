/** What is known of changelogs while they are read into stores, and of all that were. */

/** A store that is being restored. */
export interface Restoring {
  readonly task: string;
  readonly store: string;
  /** Changelog. */
  readonly topic: string;
  readonly partition: number;
  /** Offset that is read next. */
  readonly position: number;
  /** End of the changelog when restoring began, exclusive: there it is done. */
  readonly end: number;
}

export class RestoreMetrics {
  /** Changelog records read. */
  records = 0;
  /** Stores that were restored. */
  stores = 0;
  private readonly under = new Map<string, Restoring>();

  /** Those that are being restored now. */
  get now(): readonly Restoring[] {
    return [...this.under.values()];
  }

  began(store: Omit<Restoring, 'position' | 'end'>, position: number, end: number): void {
    const { task, store: name, topic, partition } = store;
    this.under.set(keyOf(store), { task, store: name, topic, partition, position, end });
  }

  advanced(store: Pick<Restoring, 'task' | 'store'>, position: number, records: number): void {
    this.records += records;
    const before = this.under.get(keyOf(store));
    if (before !== undefined) this.under.set(keyOf(store), { ...before, position });
  }

  ended(store: Pick<Restoring, 'task' | 'store'>): void {
    this.stores += 1;
    this.under.delete(keyOf(store));
  }

  /** A task runs, or is not opened after all. */
  leave(task: string): void {
    for (const [key, one] of this.under) if (one.task === task) this.under.delete(key);
  }
}

function keyOf({ task, store }: Pick<Restoring, 'task' | 'store'>): string {
  return `${task} ${store}`;
}
