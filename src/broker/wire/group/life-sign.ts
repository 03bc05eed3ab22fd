/** When the coordinator is known to have heard of a member last, kept where every thread of the process can read it. */

/** A point in time by both clocks. The monotonic one is the same in all threads, and may stand still while a machine sleeps. */
export interface ClockReading {
  /** Monotonic clock, ns. */
  readonly ticks: bigint;
  /** How far the wall clock is ahead of the monotonic one, ns: constant but for jumps of the one or sleep of the other. */
  readonly ahead: bigint;
}

export function thisMoment(): ClockReading {
  const ticks = process.hrtime.bigint();
  return { ticks, ahead: BigInt(Date.now()) * 1_000_000n - ticks };
}

const TICKS = 0;
const AHEAD = 1;
const OUT = 2;
const CELLS = 3;
const NEVER = -(2n ** 62n);

/** Another one over the same memory, in whatever thread, reads and writes the same. */
export class LifeSign {
  private readonly cells: BigInt64Array;

  constructor(readonly memory: SharedArrayBuffer = nothingHeard()) {
    this.cells = new BigInt64Array(memory);
  }

  /** The coordinator has acknowledged what was sent at this moment; it heard of the member then or later. */
  heard({ ticks, ahead }: ClockReading): void {
    if (ticks < Atomics.load(this.cells, TICKS)) return;
    // In this order a reader between the two sees at worst an older sign than there is.
    Atomics.store(this.cells, AHEAD, ahead);
    Atomics.store(this.cells, TICKS, ticks);
  }

  /** Milliseconds for which nothing was heard, by the clock that says more: one stands still in sleep, the other is set. */
  silence(): number {
    const now = thisMoment();
    const elapsed = now.ticks - Atomics.load(this.cells, TICKS);
    const jump = now.ahead - Atomics.load(this.cells, AHEAD);
    return Number(jump > 0n ? elapsed + jump : elapsed) / 1e6;
  }

  /** The coordinator has said that the identity of this number is not a member (any more). */
  setOut(term: number): void {
    Atomics.store(this.cells, OUT, BigInt(term));
  }

  isOut(term: number): boolean {
    return Atomics.load(this.cells, OUT) === BigInt(term);
  }
}

function nothingHeard(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT);
  new BigInt64Array(memory)[TICKS] = NEVER;
  return memory;
}
