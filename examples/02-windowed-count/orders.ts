/** The records of the example: orders in, what each user spent in each window out; and a generator of orders. */

/** Value of the orders topic, as JSON; the key is the user. */
export interface Order {
  readonly id: number;
  readonly user: string;
  /** Whole cents, so that sums are exact whatever the order of additions. */
  readonly cents: number;
}

/** Value of the spend topic, as JSON; the key is the user and the window. */
export interface UserSpend {
  readonly user: string;
  /** Start of the window, inclusive, ISO 8601. */
  readonly from: string;
  /** End of the window, exclusive. */
  readonly to: string;
  readonly orders: number;
  readonly cents: number;
}

export interface OrdersOptions {
  /** Equal seeds give equal orders. */
  readonly seed: number;
  /** Time of the first order, ms since the epoch. */
  readonly start: number;
  /** Time between two orders, ms; fractions are allowed. */
  readonly step: number;
  /** Number of users. A few of them place most of the orders. */
  readonly users: number;
  /** Share of orders that arrive out of order, up to 4 s after younger ones: within the grace of the windows. */
  readonly outOfOrder: number;
  /** Share of orders that arrive 20 to 60 s after younger ones: their windows have closed. */
  readonly late: number;
}

export interface TimedOrder {
  readonly order: Order;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

const OUT_OF_ORDER_MS = 4_000;
const LATE_MS = { least: 20_000, most: 60_000 };

/** Orders without end, the same for the same options. */
export function* orders(options: OrdersOptions): Generator<TimedOrder, never> {
  const random = randomNumbers(options.seed);
  const digits = String(options.users).length;
  for (let id = 0; ; id++) {
    // The third power of a uniform number: the first 1% of the users place about a fifth of the orders.
    const user = `user-${String(Math.floor(options.users * random() ** 3)).padStart(digits, '0')}`;
    const cents = 100 + Math.floor(9_900 * random());
    const timestamp = Math.floor(options.start + id * options.step - delay(options, random));
    yield { order: { id, user, cents }, timestamp };
  }
}

function delay({ outOfOrder, late }: OrdersOptions, random: () => number): number {
  const fate = random();
  if (fate < late) return LATE_MS.least + (LATE_MS.most - LATE_MS.least) * random();
  if (fate < late + outOfOrder) return OUT_OF_ORDER_MS * random();
  return 0;
}

/** Uniform in [0, 1), 32 bits of state (mulberry32). `Math.random` cannot be seeded. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
