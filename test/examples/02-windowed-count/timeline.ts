/** One story of two users, as data: what the topology must emit for each order, and what the recomputation must count. */

export interface Step {
  /** Seconds after the start of a window. */
  readonly at: number;
  readonly user: string;
  readonly cents: number;
  /** Start of the window in seconds, with its orders and cents so far; null when the order comes too late. */
  readonly window: readonly [from: number, orders: number, cents: number] | null;
  readonly why: string;
}

/** A full ten seconds, so that windows start at `at` = 0, 10, 20, … */
export const START = Date.UTC(2025, 0, 31, 9, 10, 0);

export const TIMELINE: readonly Step[] = [
  { at: 0, user: 'ann', cents: 500, window: [0, 1, 500], why: 'the start of a window belongs to it' },
  { at: 2, user: 'bob', cents: 100, window: [0, 1, 100], why: 'each user has windows of their own' },
  { at: 9.999, user: 'ann', cents: 300, window: [0, 2, 800], why: 'so does its last millisecond' },
  { at: 10, user: 'ann', cents: 700, window: [10, 1, 700], why: 'but not its end' },
  {
    at: 4,
    user: 'ann',
    cents: 50,
    window: [0, 3, 850],
    why: 'out of order: the window is past its end, not its grace',
  },
  { at: 14.999, user: 'bob', cents: 10, window: [10, 1, 10], why: 'time moves on with every order, whoever places it' },
  { at: 9, user: 'ann', cents: 1, window: [0, 4, 851], why: 'one millisecond of grace is left' },
  { at: 15, user: 'bob', cents: 20, window: [10, 2, 30], why: 'now the first windows are closed' },
  { at: 9.999, user: 'ann', cents: 9_999, window: null, why: 'too late' },
  { at: 2, user: 'cat', cents: 9_999, window: null, why: 'too late even for a user who has no window yet' },
  { at: 10, user: 'ann', cents: 5, window: [10, 2, 705], why: 'the next windows are open' },
  { at: 100, user: 'bob', cents: 1, window: [100, 1, 1], why: 'a jump in time' },
  { at: 89.999, user: 'bob', cents: 1, window: null, why: 'the window that ends at 90 closed at 95' },
  { at: 90, user: 'bob', cents: 1, window: [90, 1, 1], why: 'the one that ends at 100 has not' },
];
