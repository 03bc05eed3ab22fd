/** The times of records that tests write. */
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import { toMilliseconds } from '../../time/duration.js';
import type { PipeListOptions, PipeOptions } from './test-record.js';

const MOST = 2n ** 63n;

/** Negative ones are times too, which a source then refuses or drops. */
export function checkedRecordTime(time: number | bigint, topic: string): number | bigint {
  if (typeof time === 'number' && Number.isSafeInteger(time)) return time + 0;
  if (typeof time === 'bigint' && time >= -MOST && time < MOST) {
    return Number.isSafeInteger(Number(time)) ? Number(time) : time;
  }
  throw new MillraceError(
    'TIMESTAMP_INVALID',
    `a record of ${topic} cannot have the timestamp ${shownValue(time)}; give it whole milliseconds, beyond ${String(Number.MAX_SAFE_INTEGER)} as a bigint`,
    { topic },
  );
}

/** Gives each record of a list its time. */
export function timesFrom(options: PipeListOptions | undefined): () => PipeOptions {
  if (options === undefined) return () => ({});
  const step = options.advance === undefined ? 0 : toMilliseconds(options.advance, 'advance');
  let next = options.start;
  return () => {
    const timestamp = next;
    next += step;
    return { timestamp };
  };
}
