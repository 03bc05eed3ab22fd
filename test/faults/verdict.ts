/** What a try did to the results: records that are missing from counts, results that were repeated, and silence. */
import type { ReadRecord } from './read-topic.js';

export interface Verdict {
  readonly records: number;
  /** Keys whose final count is below the truth, and by how many records together. */
  readonly keysTooLow: number;
  readonly lost: number;
  /** The same for what the changelog holds, which is what the next owner would begin with. */
  readonly changelogLost: number;
  /** Results that are no higher than one that was there before. */
  readonly repeated: number;
  /** How many records were counted more than once. */
  readonly countedAgain: number;
  /** Longest time without a result in one partition, in milliseconds. */
  readonly silenceMs: number;
  /** The same for the input, which a broker that is away silences, too. */
  readonly inputSilenceMs: number;
}

export interface Topics {
  readonly input: readonly ReadRecord[];
  /** Counts as JSON numbers, with the time of their arrival. */
  readonly output: readonly ReadRecord[];
  /** A timestamp of 8 bytes, then the count as a long. */
  readonly changelog: readonly ReadRecord[];
}

/** @param until the end of the load: silence after it is none */
export function judge({ input, output, changelog }: Topics, until: number): Verdict {
  const truth = new Map<string, number>();
  for (const { key } of input) truth.set(key, (truth.get(key) ?? 0) + 1);
  const highest = new Map<string, number>();
  const final = new Map<string, number>();
  let repeated = 0;
  for (const { key, value } of output) {
    if (value === null) continue;
    const count = Number(value.toString());
    const before = highest.get(key) ?? 0;
    if (count <= before) repeated += 1;
    highest.set(key, Math.max(before, count));
    final.set(key, count);
  }
  const logged = new Map<string, number>();
  for (const { key, value } of changelog) {
    if (value !== null) logged.set(key, Number(value.readBigInt64BE(value.length - 8)));
  }
  let keysTooLow = 0;
  let lost = 0;
  let changelogLost = 0;
  let countedAgain = 0;
  for (const [key, count] of truth) {
    const missing = count - (final.get(key) ?? 0);
    if (missing > 0) keysTooLow += 1;
    lost += Math.max(0, missing);
    countedAgain += Math.max(0, -missing);
    changelogLost += Math.max(0, count - (logged.get(key) ?? 0));
  }
  return {
    records: input.length,
    keysTooLow,
    lost,
    changelogLost,
    repeated,
    countedAgain,
    silenceMs: silence(output, until),
    inputSilenceMs: silence(input, until),
  };
}

/** Longest stretch between two records of one partition, or between its last one and `until`. */
export function silence(records: readonly ReadRecord[], until: number): number {
  const times = new Map<number, number[]>();
  for (const { partition, timestamp } of records) {
    if (timestamp > until) continue;
    const known = times.get(partition);
    if (known === undefined) times.set(partition, [timestamp]);
    else known.push(timestamp);
  }
  let longest = 0;
  for (const ofPartition of times.values()) {
    ofPartition.push(until);
    ofPartition.sort((a, b) => a - b);
    for (let i = 1; i < ofPartition.length; i++) longest = Math.max(longest, ofPartition[i]! - ofPartition[i - 1]!);
  }
  return longest;
}
