/** What a task sees of a node whose work on one record goes on while others are processed. */

export interface AsyncStage {
  /** As much is under way as the node may have: no more records should be taken. */
  readonly full: boolean;
  /** Calls that are not finished, or whose results are not forwarded yet. */
  readonly pending: number;
  /** Forwards the results of one finished call; false when there is none. Throws what an error handler decided to fail with. */
  drainOne(): boolean;
  /** Lowest offset of a pending record of a partition; Infinity when there is none, -1 when one belongs to no partition. */
  oldestOffset(topic: string, partition: number): number;
  /** Gives up what is pending; results that still come are ignored. */
  abort(reason: Error): void;
}
