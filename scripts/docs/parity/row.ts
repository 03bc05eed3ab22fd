/** One thing that Kafka Streams has, and what of it there is here. */

export interface ParityRow {
  /** As it is called in Kafka Streams, in Markdown. */
  readonly theirs: string;
  /**
   * Where it is here: exports of the doors, or members of them, as `KStream.filter`, `ConsumedOptions.offsetReset`,
   * `serdes.long`. A test looks for each of them.
   */
  readonly ours: readonly string[];
  /** What is otherwise, or worth knowing. */
  readonly remark?: string;
  /** What is not done of it, and why. */
  readonly missing?: string;
  /** What that will be called. A test fails as soon as it is there, so that this row is brought up to date. */
  readonly awaited?: readonly string[];
}

export interface ParitySection {
  readonly title: string;
  readonly rows: readonly ParityRow[];
}

/** Done, or not, or in part. */
export function statusOf({ ours, missing }: ParityRow): 'done' | 'partly' | 'no' {
  if (missing === undefined) return 'done';
  return ours.length > 0 ? 'partly' : 'no';
}
