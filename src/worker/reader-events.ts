/** What an instance does about what its reader met that is no data: offsets that are not in the log, topics that are gone. */
import type { PartitionReader, ReaderEvent } from '../broker/port.js';
import type { Config } from '../config.js';
import { MillraceError } from '../errors/error.js';
import type { InstanceMetrics } from './instance-metrics.js';
import type { StartOffsets } from './start-offsets.js';
import type { TaskSet } from './task-set.js';

interface ReaderEventParts {
  readonly config: Pick<Config, 'logger'>;
  readonly reader: Pick<PartitionReader, 'events' | 'wake'>;
  readonly tasks: Pick<TaskSet, 'queueOf' | 'seek'>;
  readonly starts: StartOffsets;
  readonly metrics: Pick<InstanceMetrics, 'records'>;
}

type OutOfRange = ReaderEvent & { readonly type: 'out-of-range' };

/** Asks the cluster beside the loop: a partition that is in question waits, the others go on. */
export class ReaderEvents {
  private readonly asking = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly parts: ReaderEventParts) {}

  /** Called by the loop as often as it likes. @throws what ends the instance */
  poll(): void {
    const { reader } = this.parts;
    if (this.failure !== null) throw this.failure.error;
    for (const event of reader.events()) {
      const answer = this.answer(event)
        .catch((error: unknown) => {
          this.failure ??= { error };
          reader.wake();
        })
        .finally(() => {
          this.asking.delete(answer);
        });
      this.asking.add(answer);
    }
  }

  async idle(): Promise<void> {
    await Promise.all(this.asking);
  }

  private async answer(event: ReaderEvent): Promise<void> {
    if (event.type === 'failed') throw event.error;
    if (event.type === 'out-of-range') return this.outOfRange(event);
    const { topic, partition } = event;
    throw new MillraceError(
      'TOPIC_MISSING',
      `topic ${topic} is gone while it is being read; create it again and restart the application`,
      { topic, partition },
    );
  }

  private async outOfRange({ topic, partition, offset, logStart, logEnd }: OutOfRange): Promise<void> {
    const { config, tasks, starts, metrics } = this.parts;
    const queue = tasks.queueOf({ topic, partition });
    if (queue === undefined) return;
    const where = `offset ${String(offset)} of ${topic}-${String(partition)} is not in the log, which holds ${String(logStart)} to ${String(logEnd)}`;
    metrics.records.outOfRange += 1;
    const start = await starts.find({ topic, partition, source: queue.source.node }, where);
    // The task may have been given up meanwhile, and opened anew.
    if (tasks.queueOf({ topic, partition }) !== queue) return;
    config.logger.warn(`${where}; going on at offset ${String(start.offset)}`, { topic, partition });
    tasks.seek(start);
  }
}
