/** What the instance does about what its reader met that is no data: offsets that have left the log, topics that are gone. */
import type { Admin, PartitionReader, ReaderEvent } from '../broker/port.js';
import type { Config } from '../config.js';
import { MillraceError } from '../errors/error.js';
import type { InstanceMetrics } from './instance-metrics.js';

export interface ReaderEventParts {
  readonly config: Pick<Config, 'autoOffsetReset' | 'logger'>;
  readonly admin: Pick<Admin, 'listOffsets'>;
  readonly reader: Pick<PartitionReader, 'events' | 'seek'>;
  readonly metrics: Pick<InstanceMetrics, 'records'>;
}

export class ReaderEvents {
  constructor(private readonly parts: ReaderEventParts) {}

  /** Answers everything that has happened since the last call. @throws what ends the instance */
  async handle(): Promise<void> {
    for (const event of this.parts.reader.events()) await this.answer(event);
  }

  private async answer(event: ReaderEvent): Promise<void> {
    const { topic, partition } = event;
    if (event.type === 'failed') throw event.error;
    if (event.type === 'unknown-topic') {
      throw new MillraceError(
        'TOPIC_MISSING',
        `topic ${topic} is gone while it is being read; create it again and restart the application`,
        { topic, partition },
      );
    }
    const { config, admin, reader, metrics } = this.parts;
    const policy = config.autoOffsetReset;
    const where = `offset ${String(event.offset)} of ${topic}-${String(partition)} is not in the log any more, which holds ${String(event.logStart)} to ${String(event.logEnd)}`;
    if (policy === 'none') {
      throw new MillraceError('OFFSET_OUT_OF_RANGE', `${where}; set autoOffsetReset, or reset the group`, {
        topic,
        partition,
        offset: event.offset,
      });
    }
    metrics.records.outOfRange += 1;
    const [start] = await admin.listOffsets([{ topic, partition }], policy);
    if (start === undefined) throw new MillraceError('TOPIC_MISSING', `topic ${topic} is gone`, { topic, partition });
    config.logger.warn(`${where}; going on at offset ${String(start.offset)} (${policy})`, { topic, partition });
    reader.seek(start);
  }
}
