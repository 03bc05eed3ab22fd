/** Beside a record's way: what is told to those who trace and measure an application elsewhere; the packages of none of them are known here. */
import type { Headers } from '../record/headers.js';
import type { Lengths } from './length-metrics.js';
import type { MetricsSource } from './measurements.js';

/** What traces and measures applications, as `openTelemetry()` of `millrace/opentelemetry` makes it. One serves several of them. */
export interface Telemetry {
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
  /** From here on the application's metrics are read whenever somebody exports them. */
  watch(streams: MetricsSource): void;
  /** Who is told each length of time that an application measures; null: nobody. */
  lengths(application: string): Lengths | null;
}

/** Follows records through tasks. */
export interface Tracing {
  task(application: string, task: string): TaskTracing;
}

/** Follows the records of one task. */
export interface TaskTracing {
  /**
   * How many records without headers may pass without {@link taken}: whoever lets one pass counts it down. Whether a record is followed
   * is known beforehand, so that the others cost one comparison.
   */
  unasked: number;
  /**
   * A record is taken from its topic.
   * @returns what travels on as its headers: another list only where the record is followed, and then {@link within} and
   *   {@link processed} are called
   */
  taken(topic: string, partition: number, offset: number, headers: Headers): Headers;
  /** Calls what processes the record that was taken last. */
  within(call: () => void): void;
  /** @param goesOn what it began is not finished: the task comes back to it before it takes another one */
  processed(goesOn: boolean): void;
  /** The record at hand failed. */
  failed(error: unknown): void;
  /** Which trace a record belongs to, as a text; null where nobody follows it. */
  traceOf(headers: Headers): string | null;
  /**
   * A result is made of several records.
   * @param headers those of the result
   * @param others traces of records in it
   * @returns what travels on as its headers
   */
  merged(node: string, headers: Headers, others: readonly string[]): Headers;
  /** @param unfinished the record at hand is not done */
  turnEnded(unfinished: boolean): void;
  /** The task is closed. */
  close(): void;
}
