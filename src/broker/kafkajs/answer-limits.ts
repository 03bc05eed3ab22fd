/** Beside a record's way: how long each kind of request may go without a sign of the broker before its connection counts as dead. */

/** Milliseconds for what a broker answers from memory. */
export const QUICK_MS = 3_000;
/**
 * For making a connection to a broker that was silent when it was last asked: what waits for it could go to another one as soon as
 * that leads. A broker that answers at all does so in a few milliseconds; one that needs longer is given more after some tries.
 */
export const LOST_MS = 1_500;
/** It may have to look into the log first. */
export const READ_MS = 5_000;
/** It may wait up to 5 s for its replicas (`offsets.commit.timeout.ms`). */
const REPLICATED_MS = 8_000;

/** By API key. What is not named here says itself how long it may take, or gets the client's request time-out. */
const LIMITS: ReadonlyMap<number, number> = new Map([
  [1, QUICK_MS], // Fetch: we ask to be let wait for 100 ms at most; under way all the time, it is what notices first
  [2, READ_MS], // ListOffsets
  [3, QUICK_MS], // Metadata
  [8, REPLICATED_MS], // OffsetCommit
  [9, READ_MS], // OffsetFetch
  [10, QUICK_MS], // FindCoordinator
  [12, QUICK_MS], // Heartbeat
  [15, QUICK_MS], // DescribeGroups
  [18, QUICK_MS], // ApiVersions
  [22, READ_MS], // InitProducerId: the broker may have to ask the controller for more ids
  [32, READ_MS], // DescribeConfigs
]);

export function answerLimit(apiKey: number): number {
  return LIMITS.get(apiKey) ?? Infinity;
}
