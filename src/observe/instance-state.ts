/** Beside a record's way: the states of an instance, and which follows which. */

/**
 * - `CREATED`: not started;
 * - `REBALANCING`: joining, or tasks are coming, going or restoring;
 * - `RUNNING`: every assigned task processes records;
 * - `PENDING_SHUTDOWN`, `NOT_RUNNING`: closing, closed;
 * - `PENDING_ERROR`, `ERROR`: closing after a failure, closed by it, or by a `close` that could not commit.
 *
 * Kafka Streams: `KafkaStreams.State`.
 */
export type State =
  'CREATED' | 'REBALANCING' | 'RUNNING' | 'PENDING_SHUTDOWN' | 'NOT_RUNNING' | 'PENDING_ERROR' | 'ERROR';

/** Those that may come after each. */
export const NEXT_STATES: Readonly<Record<State, readonly State[]>> = {
  CREATED: ['REBALANCING', 'PENDING_SHUTDOWN'],
  REBALANCING: ['RUNNING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  RUNNING: ['REBALANCING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  PENDING_SHUTDOWN: ['NOT_RUNNING', 'ERROR'],
  NOT_RUNNING: [],
  PENDING_ERROR: ['ERROR'],
  ERROR: [],
};

const ENDED: ReadonlySet<string> = new Set<State>(['NOT_RUNNING', 'ERROR']);

/** Whether nothing comes after the state. */
export function hasEnded(state: string): boolean {
  return ENDED.has(state);
}
