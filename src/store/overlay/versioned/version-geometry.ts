/** Where in time the versions of a versioned store are: which row holds a version, and which rows have expired. */
import type { VersionedSpec } from '../../spec.js';

/** Numbers of rows: the latest version of each key, the keys whose latest version is a deletion, then the history. */
export const LATEST_ROW = 0;
export const DELETED_ROW = 1;
export const FIRST_HISTORY_ROW = 2;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * A version that is not the latest lies in the segment of the time at which it ceased to be valid: while any part of a
 * segment can still be asked for, all that was valid then is there, and when it expires nothing in it can be seen any more.
 */
export class VersionGeometry {
  readonly segmentMs: number;

  constructor(
    readonly retentionMs: number,
    segmentIntervalMs: number | undefined,
  ) {
    this.segmentMs = segmentIntervalMs ?? defaultSegmentInterval(retentionMs);
  }

  /** What two stores must have in common for the rows of one to be read by the other. */
  get shape(): string {
    return `segment=${String(this.segmentMs)}`;
  }

  /** Number of the row of a version that was valid up to a time. */
  rowOf(validTo: number): number {
    return FIRST_HISTORY_ROW + Math.max(0, Math.floor(validTo / this.segmentMs));
  }

  /** Time at which a row begins. */
  rowStart(row: number): number {
    return (row - FIRST_HISTORY_ROW) * this.segmentMs;
  }

  /** Earliest time that can be asked for, and that can still be put, at a stream time. */
  firstVisible(streamTime: number): number {
    return streamTime - this.retentionMs;
  }
}

/** Fewer segments for short histories, as Kafka Streams does. */
export function defaultSegmentInterval(retentionMs: number): number {
  const [parts, least] =
    retentionMs <= MINUTE_MS
      ? [3, 2 * SECOND_MS]
      : retentionMs <= 5 * MINUTE_MS
        ? [5, 20 * SECOND_MS]
        : retentionMs <= HOUR_MS
          ? [12, MINUTE_MS]
          : [24, 5 * MINUTE_MS];
  return Math.max(Math.floor(retentionMs / parts), least);
}

export function versionGeometryOf({ retentionMs, segmentIntervalMs }: VersionedSpec): VersionGeometry {
  return new VersionGeometry(retentionMs, segmentIntervalMs);
}
