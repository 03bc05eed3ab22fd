/** The sessions that an operator has yet to emit once they have closed, in the order of Kafka Streams' stores. */
import { ClosingWindows } from '../rows/closing.js';
import { byCodeUnits } from '../walk/time-index.js';

/** Characters of the start in front of the key. */
const START_CHARACTERS = 8;
const HIGH = 0x1_0000_0000;

/** By end, then start, then the bytes of the key; those of a store in memory by end, key and start. */
export class ClosingSessions extends ClosingWindows {
  constructor(inMemory: boolean) {
    super(inMemory ? byKey : byCodeUnits);
  }

  add(end: number, start: number, key: string): void {
    this.index.add(end, startText(start) + key);
  }

  delete(end: number, start: number, key: string): void {
    this.index.delete(end, startText(start) + key);
  }

  /** Takes out the sessions that end at `upTo` or before, until `visit` returns false; returns whether it took all. */
  take(upTo: number, visit: (end: number, start: number, key: string) => boolean): boolean {
    return this.index.walk(upTo, (end, text) => {
      this.index.delete(end, text);
      return visit(end, startOf(text), text.slice(START_CHARACTERS));
    });
  }
}

/** As many characters for each start, in the order of the starts. */
function startText(start: number): string {
  const high = Math.floor(start / HIGH);
  const low = start >>> 0;
  return String.fromCharCode(
    (high >>> 24) & 255,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
}

function byKey(left: string, right: string): number {
  return byCodeUnits(left.slice(START_CHARACTERS), right.slice(START_CHARACTERS)) || byCodeUnits(left, right);
}

function startOf(text: string): number {
  let start = 0;
  for (let i = 0; i < START_CHARACTERS; i++) start = start * 256 + text.charCodeAt(i);
  return start;
}
