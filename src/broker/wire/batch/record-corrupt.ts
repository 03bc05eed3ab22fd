/** The one error of everything that reads record batches. */
import { MillraceError } from '../../../errors/error.js';
import type { TopicPartition } from '../../port.js';

/** @param problem what is wrong, as the end of "Record batch is corrupt: …" */
export function recordCorrupt(place: TopicPartition, offset: number, problem: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'RECORD_CORRUPT',
    `record batch is corrupt: ${problem}. Check the broker's disk and network; to go on without it, seek behind it.`,
    { topic: place.topic, partition: place.partition, offset, cause },
  );
}
