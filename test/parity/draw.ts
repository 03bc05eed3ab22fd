/** Random choices that come out the same for the same seed, on every machine. */

export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    return Math.floor(this.unit() * below);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.int(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('there is nothing to pick from');
    return from[this.int(from.length)] as T;
  }

  /** One of several, the later ones more often. */
  pickLate<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('there is nothing to pick from');
    return from[Math.max(this.int(from.length), this.int(from.length))] as T;
  }

  weighted<T>(from: readonly T[], weight: (one: T) => number): T {
    const total = from.reduce((sum, one) => sum + weight(one), 0);
    let left = this.unit() * total;
    for (const one of from) {
      left -= weight(one);
      if (left < 0) return one;
    }
    return from[from.length - 1] as T;
  }

  /** Mulberry32. */
  private unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
