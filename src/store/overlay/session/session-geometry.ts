/** Where in time things are in a session store: which row a session belongs to, by its end, and what has expired. */
import type { SessionSpec } from '../../spec.js';

/** Kafka Streams' least default length of a segment, ms. */
const LEAST_SEGMENT_MS = 60_000;
/** A record reaches back one gap: with rows of four, three records out of four find all that they need in one row. */
const GAPS_A_ROW = 4;
/** Bounds the rows that a late record may have to look through. */
const MOST_ROWS = 16;

export interface SessionTimes {
  readonly retentionMs: number;
  /** Inactivity gap, where it is known. */
  readonly gapMs: number | undefined;
  readonly segmentIntervalMs: number | undefined;
  /** Retention to the millisecond (stores in memory); else whole segments are kept while any part of them is live. */
  readonly exact: boolean;
}

/** Rows are stretches of time, read and written as a whole; a session lies in the row of its end. */
export class SessionGeometry {
  readonly rowMs: number;
  private readonly retentionMs: number;
  private readonly segmentMs: number;
  private readonly exact: boolean;

  constructor(times: SessionTimes) {
    const { retentionMs, gapMs } = times;
    this.retentionMs = retentionMs;
    this.exact = times.exact;
    this.segmentMs = times.segmentIntervalMs ?? Math.max(Math.floor(retentionMs / 2), LEAST_SEGMENT_MS);
    const reach = gapMs === undefined ? retentionMs : gapMs * GAPS_A_ROW;
    this.rowMs = Math.max(1, reach, Math.ceil(retentionMs / MOST_ROWS));
  }

  /** What two stores must have in common for the rows of one to be read by the other. */
  get shape(): string {
    return `row=${String(this.rowMs)}`;
  }

  /** Number of the row of a session's end. Ends before 0 are all in row 0. */
  rowOf(end: number): number {
    return end < 0 ? 0 : Math.floor(end / this.rowMs);
  }

  /** First end of a row. */
  rowStart(row: number): number {
    return row * this.rowMs;
  }

  /** Earliest end that a read may see at a stream time. */
  firstVisible(streamTime: number): number {
    return streamTime < 0 ? Number.NEGATIVE_INFINITY : streamTime - this.retentionMs + 1;
  }

  /** Earliest end that may still be put at a stream time. */
  firstLive(streamTime: number): number {
    if (streamTime < 0) return Number.NEGATIVE_INFINITY;
    if (this.exact) return this.firstVisible(streamTime);
    const expired = streamTime - this.retentionMs;
    return expired < 0 ? Number.NEGATIVE_INFINITY : Math.floor(expired / this.segmentMs) * this.segmentMs;
  }
}

export function sessionGeometryOf(spec: SessionSpec): SessionGeometry {
  const { retentionMs, sessionGapMs, segmentIntervalMs, engine } = spec;
  return new SessionGeometry({
    retentionMs,
    gapMs: sessionGapMs,
    segmentIntervalMs,
    exact: engine === 'memory',
  });
}
