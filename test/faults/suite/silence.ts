/** How long nothing came: stretches in which a reader sees no record of a partition. */
import type { SeenRecord } from './journal.js';

export interface Silence {
  readonly partition: number;
  readonly ms: number;
}

interface Stretch extends Silence {
  readonly from: number;
  readonly until: number;
}

/** @param from, until of the load: silence outside of it is none */
export function longestSilence(records: readonly SeenRecord[], from: number, until: number): Silence {
  const { partition, ms } = longest(stretches(records, from, until));
  return { partition, ms };
}

/** The longest one that goes on in some part of that time, ms. */
export function silenceAround(
  records: readonly SeenRecord[],
  from: number,
  until: number,
  faultFrom: number,
  faultUntil: number,
): number {
  return longest(stretches(records, from, until).filter((one) => one.from < faultUntil && one.until > faultFrom)).ms;
}

function longest(all: readonly Stretch[]): Stretch {
  const none: Stretch = { partition: 0, ms: 0, from: 0, until: 0 };
  return all.reduce((most, one) => (one.ms > most.ms ? one : most), none);
}

function stretches(records: readonly SeenRecord[], from: number, until: number): Stretch[] {
  const times = new Map<number, number[]>();
  for (const { partition, seenAt } of records) {
    if (seenAt < from || seenAt > until) continue;
    const known = times.get(partition);
    if (known === undefined) times.set(partition, [seenAt]);
    else known.push(seenAt);
  }
  const found: Stretch[] = [];
  for (const [partition, seen] of times) {
    const all = [from, ...seen, until];
    for (let i = 1; i < all.length; i++) {
      found.push({ partition, from: all[i - 1]!, until: all[i]!, ms: all[i]! - all[i - 1]! });
    }
  }
  return found;
}
