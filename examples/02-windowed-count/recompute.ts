/**
 * The windows as the documentation says they must be, computed without a line of Millrace: the rules are written down here
 * once more, on purpose. Records are given in offset order; partitions are independent of each other.
 */

/** What a window holds. */
export interface Totals {
  readonly orders: number;
  readonly cents: number;
}

const SIZE_MS = 10_000;
const GRACE_MS = 5_000;

export class Recomputation {
  /** By `windowName`. */
  readonly windows = new Map<string, Totals>();
  records = 0;
  /** Records whose window had closed. */
  late = 0;
  /** Highest timestamp of each partition so far. */
  private readonly streamTime = new Map<number, number>();

  add(partition: number, user: string, cents: number, timestamp: number): void {
    this.records += 1;
    // The record itself moves its partition's time before it is judged.
    const time = Math.max(timestamp, this.streamTime.get(partition) ?? timestamp);
    this.streamTime.set(partition, time);
    const start = timestamp - (timestamp % SIZE_MS);
    // A window takes records until stream time has reached its end plus the grace.
    if (start + SIZE_MS + GRACE_MS <= time) {
      this.late += 1;
      return;
    }
    const name = windowName(user, start);
    const { orders, cents: before } = this.windows.get(name) ?? { orders: 0, cents: 0 };
    this.windows.set(name, { orders: orders + 1, cents: before + cents });
  }
}

/** Names a window of a user: `user-0042 2025-01-31T09:10:20.000Z`. */
export function windowName(user: string, start: number): string {
  return `${user} ${new Date(start).toISOString()}`;
}
