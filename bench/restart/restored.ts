/** What an application said of its restoring: which stretches of changelogs, and for how long. */
import type { Said } from '../compare/served.js';

/** From an offset to another one, exclusive. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

export interface Restored {
  readonly stretches: readonly Stretch[];
  readonly records: number;
  /** From the first one that began to the last that was done. */
  readonly ms: number;
}

export function restoredOf(said: readonly Said[]): Restored {
  const stretches: Stretch[] = [];
  let records = 0;
  let [begun, done] = [Infinity, -Infinity];
  for (const { line, atMs } of said) {
    const [word, topic = '', ...numbers] = line.split(' ');
    if (word === 'restoring') {
      const [partition = 0, from = 0, to = 0] = numbers.map(Number);
      stretches.push({ topic, partition, from, to });
      begun = Math.min(begun, atMs);
    } else if (word === 'restored') {
      records += Number(numbers[1]);
      done = Math.max(done, atMs);
    }
  }
  return { stretches, records, ms: Math.max(0, done - begun) };
}
