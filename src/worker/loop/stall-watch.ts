/** Notices tasks that have records and make no progress, and says what they wait for. */
import type { TopicPartition } from '../../broker/port.js';
import type { ActivityLog } from '../../observe/activity.js';
import type { EventChannels } from '../../observe/events.js';
import type { Logger } from '../../observe/logger.js';
import type { Task } from '../../task/task.js';
import type { Clock } from '../../time/clock.js';
import type { Stall } from '../../observe/measurements.js';
import type { TaskSet } from './task-set.js';

/** How often is looked, ms: that a task stands still is told so much late at most, twice. */
const LOOK_MS = 250;
/** How often a stall that lasts is told again, ms. */
const AGAIN_MS = 60_000;

interface StallWatchParts {
  readonly tasks: Pick<TaskSet, 'running' | 'opening'>;
  readonly endOffset: (partition: TopicPartition) => number;
  /** Does not jump. */
  readonly clock: Clock;
  /** After so long without progress a task stands still. */
  readonly stallMs: number;
  /** Nothing is begun while the application is paused. */
  readonly paused: () => boolean;
  /** The coordinator has not been heard of for the session time-out. */
  readonly overdue: () => boolean;
  readonly logger: Logger;
  readonly activity: ActivityLog;
  readonly channels: EventChannels;
}

interface Seen {
  /** Sum of its positions; grows with each record. -1: it is being opened. */
  position: number;
  since: number;
  /** When it was last told that it stands still; null: it does not. */
  told: number | null;
  reason: string;
}

/** Part of the loop: it looks between two slices of work, four times a second. */
export class StallWatch {
  /** Stalls since the start. */
  count = 0;
  private seen = new Map<string, Seen>();
  private next = 0;

  constructor(private readonly parts: StallWatchParts) {}

  /** Those of now. */
  get stalls(): Stall[] {
    const now = this.parts.clock.now();
    const stalled = [...this.seen].filter(([, { told }]) => told !== null);
    return stalled.map(([task, { reason, since }]) => ({ task, reason, forMs: now - since }));
  }

  poll(): void {
    const now = this.parts.clock.now();
    if (now < this.next) return;
    this.next = now + LOOK_MS;
    if (this.parts.paused()) {
      this.seen.clear();
      return;
    }
    const before = this.seen;
    this.seen = new Map<string, Seen>();
    for (const task of this.parts.tasks.running) {
      const seen = this.look(before.get(task.id), task.id, this.lag(task) === 0 ? null : positionOf(task), now);
      if (seen !== null) this.judge(seen, task.id, now, () => this.reasonOf(task, now));
    }
    for (const id of this.parts.tasks.opening) {
      const seen = this.look(before.get(id), id, -1, now);
      if (seen !== null) this.judge(seen, id, now, () => 'its state is being restored, or its inputs are looked up');
    }
  }

  /** Nothing goes on outside of `poll`. */
  idle(): Promise<void> {
    return Promise.resolve();
  }

  /** @param position null: it has nothing to do */
  private look(before: Seen | undefined, id: string, position: number | null, now: number): Seen | null {
    if (before !== undefined && before.position === position) {
      this.seen.set(id, before);
      return before;
    }
    if (before !== undefined && before.told !== null) {
      const { since, reason } = before;
      this.parts.activity.add('stall', `task ${id} goes on`);
      this.tell(id, false, reason, now - since);
      this.parts.logger.info('a task goes on', { task: id, stoodForMs: now - since, reason });
    }
    if (position === null) return null;
    this.seen.set(id, { position, since: now, told: null, reason: '' });
    return null;
  }

  private judge(seen: Seen, task: string, now: number, reasonOf: () => string): void {
    if (now - seen.since < this.parts.stallMs) return;
    const reason = reasonOf();
    const changed = reason !== seen.reason;
    seen.reason = reason;
    if (seen.told !== null && !changed && now - seen.told < AGAIN_MS) return;
    if (seen.told === null) this.count += 1;
    if (seen.told === null || changed) {
      this.parts.activity.add('stall', `task ${task} stands still: ${reason}`);
      this.tell(task, true, reason, now - seen.since);
    }
    seen.told = now;
    this.parts.logger.warn(
      `task ${task} has made no progress for ${String(Math.round((now - seen.since) / 1000))} s: ${reason}`,
      {
        task,
      },
    );
  }

  private tell(task: string, stalled: boolean, reason: string, duration: number): void {
    this.parts.channels.tell('millrace:stall', { task, stalled, reason, duration });
  }

  private reasonOf(task: Task, now: number): string {
    if (this.parts.overdue()) return 'the coordinator of the group has not been heard of, so nothing is begun';
    return task.standing(now) ?? 'the reason is not known; what has the event loop?';
  }

  private lag(task: Task): number {
    let lag = 0;
    for (const queue of task.partitions) {
      lag += Math.max(0, this.parts.endOffset(queue) - queue.committableOffset);
    }
    return lag;
  }
}

function positionOf(task: Task): number {
  let sum = 0;
  for (const queue of task.partitions) sum += queue.committableOffset;
  return sum;
}
