/** Who follows the changes of which store, and the tasks that tell of them: these come and go. */
import { ChangeFeed, type ChangeEvent } from '../../query/change-feed.js';
import { Position } from '../../query/position.js';
import { parseTaskId, type TaskId } from '../../group/ownership.js';
import type { StoreChange, WatchedKeys } from '../../store/change-listener.js';
import type { Task } from '../../task/task.js';
import type { QueriedStores } from './queried-stores.js';

interface Followed {
  readonly store: string;
  readonly keys: WatchedKeys;
  readonly feed: ChangeFeed<unknown, unknown>;
  /** How to stop listening to each. */
  readonly tasks: Map<Task, () => void>;
  readonly all: (here: readonly number[]) => readonly number[];
}

interface Here {
  running(): readonly Task[];
  globalTask(): Task | null;
}

export class FollowedStores {
  private readonly all = new Set<Followed>();

  constructor(
    private readonly stores: QueriedStores,
    private readonly here: Here,
  ) {}

  /**
   * @param all is told the partitions that are followed here, and says which are followed altogether. Default: these
   * @throws QueryError DOES_NOT_EXIST; what a serde throws at the key
   */
  follow(
    store: string,
    keys: WatchedKeys,
    most: number,
    all: Followed['all'] = (here) => here,
  ): ChangeFeed<unknown, unknown> {
    this.stores.described(store);
    const tasks = new Map<Task, () => void>();
    const feed = new ChangeFeed<unknown, unknown>(most, () => {
      for (const stop of tasks.values()) stop();
      this.all.delete(followed);
    });
    const followed: Followed = { store, keys, feed, tasks, all };
    this.attach(followed);
    this.tellPartitions(followed);
    this.all.add(followed);
    return feed;
  }

  /** Other tasks run than before. */
  tasksChanged(): void {
    for (const followed of this.all) if (this.attach(followed)) this.tellPartitions(followed);
  }

  /** The instance ends. */
  end(): void {
    for (const { feed } of this.all) feed.close();
  }

  /** Returns whether there were changes. */
  private attach({ store, keys, feed, tasks }: Followed): boolean {
    const now = this.tasksOf(store);
    let changed = false;
    for (const [task, stop] of tasks) {
      if (now.includes(task)) continue;
      stop();
      tasks.delete(task);
      changed = true;
    }
    for (const task of now) {
      if (tasks.has(task)) continue;
      const listen = (change: StoreChange): void => {
        feed.add(updateOf(change));
      };
      tasks.set(task, task.state.watch(store, keys, listen));
      changed = true;
    }
    return changed;
  }

  private tellPartitions({ store, feed, tasks, all }: Followed): void {
    const { isGlobal } = this.stores.described(store);
    const partitions = [...tasks.keys()].map(({ id }) => (isGlobal ? 0 : parseTaskId(id as TaskId).partition));
    feed.add({ type: 'partitions', partitions: all(partitions.sort((a, b) => a - b)) });
  }

  private tasksOf(store: string): readonly Task[] {
    const { isGlobal } = this.stores.described(store);
    if (!isGlobal) return this.here.running().filter(({ state }) => state.stores.some(({ name }) => name === store));
    const task = this.here.globalTask();
    return task === null ? [] : [task];
  }
}

function updateOf({
  key,
  value,
  timestamp,
  start,
  end,
  topic,
  partition,
  offset,
}: StoreChange): ChangeEvent<unknown, unknown> {
  return Object.freeze({
    ...({ type: 'change', key, value } as const),
    timestamp: timestamp < 0 ? null : timestamp,
    start: start < 0 ? null : start,
    end: end < 0 ? null : end,
    position: topic === null ? Position.EMPTY : Position.of(topic, partition, offset),
  });
}
