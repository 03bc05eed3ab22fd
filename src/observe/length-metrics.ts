/** Beside a record's way: the names of the metrics that count lengths of time, for those who measure and those who list them. */

export const END_TO_END = 'millrace_end_to_end_latency_seconds';
export const AGE = 'millrace_record_age_seconds';
export const PROCESS_LATENCY = 'millrace_process_latency_seconds';
export const COMMIT_LATENCY = 'millrace_commit_latency_seconds';
export const QUERY_WAIT = 'millrace_query_wait_seconds';
export const LOOP_DELAY = 'millrace_event_loop_delay_seconds';

/** Finds who is told the lengths of time that one histogram counts. */
export type Lengths = (metric: string, labels: Readonly<Record<string, string>>) => LengthObserver;

export interface LengthObserver {
  /** @param milliseconds at least 0 */
  observe(milliseconds: number): void;
}
