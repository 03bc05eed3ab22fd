/** Where in time things are in a window store: which row a window belongs to, and what has expired. */

import type { WindowSpec } from '../../spec.js';

/** Windows that a row should hold: fewer cost more reads, more cost more bytes written at each commit. */
const WINDOWS_A_ROW = 4;
/** Kafka Streams' least default length of a segment, ms. */
const LEAST_SEGMENT_MS = 60_000;

export interface WindowTimes {
  readonly retentionMs: number;
  /** Of a join's store: the reach of the join. */
  readonly windowSizeMs: number;
  readonly segmentIntervalMs: number | undefined;
  /** Retention to the millisecond (stores in memory); else whole segments are kept while any part of them is live. */
  readonly exact: boolean;
  /**
   * A window that starts just as long ago as things are kept is still shown: it may have closed this moment, and whoever
   * is told so looks up its row. So it is in Kafka Streams' stores on disk of windows that are emitted when they close.
   */
  readonly showsLast: boolean;
}

/**
 * Time is cut into segments, which expire as a whole, and these into rows, which are read and written as a whole.
 * Rows are numbered without gaps, segment after segment.
 */
export class WindowGeometry {
  readonly retentionMs: number;
  readonly windowSizeMs: number;
  readonly segmentMs: number;
  readonly rowMs: number;
  private readonly rowsPerSegment: number;
  private readonly exact: boolean;
  private readonly shownMs: number;
  /** The row that was used last, and its bounds. */
  private hotRow = -1;
  private hotFrom = 0;
  private hotTo = -1;

  constructor(times: WindowTimes) {
    this.retentionMs = times.retentionMs;
    this.windowSizeMs = times.windowSizeMs;
    this.exact = times.exact;
    this.shownMs = times.showsLast ? times.retentionMs : times.retentionMs - 1;
    this.segmentMs = times.segmentIntervalMs ?? Math.max(Math.floor(times.retentionMs / 2), LEAST_SEGMENT_MS);
    const rows = Math.max(1, Math.floor(this.segmentMs / Math.max(1, times.windowSizeMs * WINDOWS_A_ROW)));
    this.rowMs = Math.ceil(this.segmentMs / rows);
    this.rowsPerSegment = Math.ceil(this.segmentMs / this.rowMs);
  }

  /** What two stores must have in common for the rows of one to be read by the other. */
  get shape(): string {
    return `segment=${String(this.segmentMs)},row=${String(this.rowMs)}`;
  }

  /** Number of the row of a window start. Starts before 0 are all in row 0. */
  rowOf(start: number): number {
    if (start < 0) return 0;
    const segment = Math.floor(start / this.segmentMs);
    return segment * this.rowsPerSegment + Math.floor((start - segment * this.segmentMs) / this.rowMs);
  }

  /** As {@link rowOf}, for one start after the other: it mostly lies in the row of the one before. */
  rowAt(start: number): number {
    if (!(start >= this.hotFrom && start < this.hotTo)) this.enter(start);
    return this.hotRow;
  }

  /** First window start of a row. */
  rowStart(row: number): number {
    const segment = Math.floor(row / this.rowsPerSegment);
    return segment * this.segmentMs + (row - segment * this.rowsPerSegment) * this.rowMs;
  }

  /** First start after a row. */
  rowEnd(row: number): number {
    return this.rowStart(row + 1);
  }

  /** Earliest start that a read may see at a stream time. */
  firstVisible(streamTime: number): number {
    return streamTime - this.shownMs;
  }

  /** Earliest start that may still be put at a stream time. */
  firstLive(streamTime: number): number {
    return this.exact ? this.firstVisible(streamTime) : this.firstInSegments(streamTime);
  }

  /** Earliest start of the segments that have not expired as a whole. */
  firstInSegments(streamTime: number): number {
    const expired = streamTime - this.retentionMs;
    return expired < 0 ? Number.NEGATIVE_INFINITY : Math.floor(expired / this.segmentMs) * this.segmentMs;
  }

  private enter(start: number): void {
    const row = this.rowOf(start);
    this.hotRow = row;
    this.hotFrom = row === 0 ? Number.NEGATIVE_INFINITY : this.rowStart(row);
    this.hotTo = this.rowEnd(row);
  }
}

export function geometryOf(spec: WindowSpec): WindowGeometry {
  const { retentionMs, windowSizeMs, segmentIntervalMs, engine } = spec;
  const exact = engine === 'memory';
  const showsLast = spec.keepsClosed === true && !exact;
  return new WindowGeometry({ retentionMs, windowSizeMs, segmentIntervalMs, exact, showsLast });
}
