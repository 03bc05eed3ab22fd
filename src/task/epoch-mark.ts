/** Tells, when a task is opened, whether the state on disk is that of the last committed epoch. */
import type { TopicPartition } from '../broker/port.js';

/** Under this name the number of an epoch stands among the times that are committed beside an offset. */
export const EPOCH_NAME = 'millrace.epoch';
/** Of a partition whose offset was committed without one. */
export const NO_EPOCH = -1;

/** A partition with its committed offset and the number of the epoch in which that was committed. */
export interface MarkedOffset extends TopicPartition {
  readonly offset: number;
  readonly epoch: number;
}

/** A number that no other epoch has, of this or any other instance. */
export function newEpoch(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}

/**
 * One text for the committed offsets of a task; empty where they do not identify an epoch. It is written to disk together with
 * the state: found there again, all that the changelogs hold beyond that state was never committed.
 */
export function markOf(offsets: readonly MarkedOffset[]): string {
  if (offsets.every(({ epoch }) => epoch === NO_EPOCH)) return '';
  return offsets
    .map(({ topic, partition, offset, epoch }) => `${topic}-${String(partition)}@${String(offset)}#${String(epoch)}`)
    .sort()
    .join(' ');
}

/** The offsets that a mark speaks of; none where it is empty. */
export function offsetsOfMark(mark: string): (TopicPartition & { readonly offset: number })[] {
  return [...mark.matchAll(/(\S+)-(\d+)@(\d+)#/g)].map(([, topic = '', partition, offset]) => ({
    topic,
    partition: Number(partition),
    offset: Number(offset),
  }));
}

/** The times beside a committed offset as another epoch would have written them; null where they do not name an epoch. */
export function withOtherEpoch(times: ReadonlyMap<string, number>): ReadonlyMap<string, number> | null {
  const epoch = times.get(EPOCH_NAME);
  if (epoch === undefined) return null;
  // The same size, and a place in the order of the entries: there may be no room beside the offset for more.
  return new Map([...times].map(([name, time]) => [name, name === EPOCH_NAME ? newEpoch() : time]));
}
