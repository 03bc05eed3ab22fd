/** Keys of a store by time, in memory: for operators that must find everything up to a time, which no read of one key can tell. */

/**
 * An ordered set of pairs of time and text: by time, then by text. Where texts are byte texts (one character a byte) that is
 * the order of the bytes. Filled when a task opens; see `TaskState.prepare`.
 */
export class TimeIndex {
  private readonly texts = new Map<number, Set<string>>();
  /** All times of `texts`, ascending, from `first` on. Times whose texts are all gone stay until `tidy`. */
  private times: number[] = [];
  private first = 0;
  private count = 0;
  /** Where the last walk was stopped. */
  private stopped: StoppedWalk | null = null;

  /** @param order of the texts of one time */
  constructor(private readonly order: (left: string, right: string) => number = byCodeUnits) {}

  get size(): number {
    return this.count;
  }

  /** The lowest time; undefined when there is nothing. */
  get earliest(): number | undefined {
    while (this.first < this.times.length) {
      const time = this.times[this.first] as number;
      if (this.texts.has(time)) return time;
      this.first += 1;
    }
    return undefined;
  }

  /** Whether there is anything of a time. */
  hasTime(time: number): boolean {
    return this.texts.has(time);
  }

  has(time: number, text: string): boolean {
    return this.texts.get(time)?.has(text) === true;
  }

  /** Returns false when the pair is there already. */
  add(time: number, text: string): boolean {
    const known = this.texts.get(time);
    if (this.stopped?.time === time) this.stopped = null;
    if (known !== undefined) {
      if (known.has(text)) return false;
      known.add(text);
    } else {
      this.texts.set(time, new Set([text]));
      this.addTime(time);
    }
    this.count += 1;
    return true;
  }

  /** Returns false when the pair is not there. */
  delete(time: number, text: string): boolean {
    const known = this.texts.get(time);
    if (known?.delete(text) !== true) return false;
    if (this.stopped?.time === time) this.stopped = null;
    this.count -= 1;
    if (known.size === 0) {
      this.texts.delete(time);
      if (this.times.length - this.first > 2 * this.texts.size + 64) this.tidy();
    }
    return true;
  }

  clear(): void {
    this.texts.clear();
    this.times = [];
    this.first = 0;
    this.count = 0;
    this.stopped = null;
  }

  /**
   * Visits all pairs up to and including a time, in order, until `visit` returns false; returns whether it visited all. What is
   * visited may be deleted meanwhile, and pairs may be added; those of the time being visited are then not visited any more.
   */
  walk(upTo: number, visit: (time: number, text: string) => boolean): boolean {
    let time = this.earliest;
    while (time !== undefined && time <= upTo) {
      const known = this.texts.get(time);
      if (known !== undefined) {
        const walk = this.walkOf(time, known);
        while (walk.at < walk.texts.length) {
          const text = walk.texts[walk.at] as string;
          walk.at += 1;
          if (visit(time, text)) continue;
          this.stopped = walk;
          return false;
        }
      }
      time = this.times[this.firstAfter(time)];
    }
    return true;
  }

  /** The texts of a time in order: those that a stopped walk has sorted, if all before them are gone. */
  private walkOf(time: number, known: ReadonlySet<string>): StoppedWalk {
    const { stopped } = this;
    this.stopped = null;
    if (stopped?.time === time && stopped.texts.length - stopped.at === known.size) return stopped;
    return { time, texts: known.size === 1 ? [...known] : [...known].sort(this.order), at: 0 };
  }

  private addTime(time: number): void {
    const { times } = this;
    if (times.length === this.first || time > (times[times.length - 1] as number)) {
      times.push(time);
      return;
    }
    const at = this.firstAfter(time);
    // It may still be there from before its texts went.
    if (at > this.first && times[at - 1] === time) return;
    if (at === this.first && at > 0) {
      this.first -= 1;
      times[this.first] = time;
    } else times.splice(at, 0, time);
  }

  private firstAfter(time: number): number {
    let low = this.first;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private tidy(): void {
    this.times = this.times.slice(this.first).filter((time) => this.texts.has(time));
    this.first = 0;
  }
}

/** Sorting a million texts anew for each slice of time would take longer than visiting them. */
interface StoppedWalk {
  readonly time: number;
  readonly texts: readonly string[];
  at: number;
}

/** The order of byte texts, and of all others that say nothing else. */
export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
