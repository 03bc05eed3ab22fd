/** The right results, computed from the inputs without any code of Millrace, and the comparison with what came out. */

export interface SoakCheck {
  /** What is compared: windows, pairs, copies. */
  readonly expected: number;
  /** Those that are there and exactly right. */
  readonly exact: number;
  /** Those that are too low or missing: never allowed. */
  readonly lost: number;
  /** Those that are too high or there more than once: allowed after a disturbance, at least once being what is promised. */
  readonly repeated: number;
  /** Those that nothing in the inputs explains: never allowed. */
  readonly unexplained: number;
}

/** Counts per key and window. */
export class ExpectedWindows {
  readonly #counts = new Map<string, number>();
  readonly #results = new Map<string, number>();
  #emitted = 0;

  constructor(private readonly windowMs: number) {}

  input(key: string, timestamp: number): void {
    const window = `${key} ${timestamp - (timestamp % this.windowMs)}`;
    this.#counts.set(window, (this.#counts.get(window) ?? 0) + 1);
  }

  /** @param value start of the window and count */
  result(key: string, value: string): void {
    const [start, count] = value.split(' ') as [string, string];
    const window = `${key} ${start}`;
    this.#emitted += 1;
    this.#results.set(window, Math.max(this.#results.get(window) ?? 0, Number(count)));
  }

  check(): SoakCheck {
    let [exact, lost, high, unexplained] = [0, 0, 0, 0];
    for (const [window, count] of this.#counts) {
      const result = this.#results.get(window) ?? 0;
      if (result === count) exact += 1;
      else if (result < count) lost += 1;
      else high += 1;
    }
    for (const window of this.#results.keys()) if (!this.#counts.has(window)) unexplained += 1;
    // A final result that came twice is a repetition, too, whether it was higher or not.
    const twice = this.#emitted - this.#results.size;
    return { expected: this.#counts.size, exact, lost, repeated: high + twice, unexplained };
  }
}

interface Event {
  readonly value: string;
  readonly timestamp: number;
}

/** Pairs of clicks and views of a key whose times are no further apart than the window. */
export class ExpectedPairs {
  readonly #clicks = new Map<string, Event[]>();
  readonly #views = new Map<string, Event[]>();
  readonly #results = new Map<string, number>();

  constructor(
    private readonly joinMs: number,
    private readonly joinEvery: number,
  ) {}

  click(key: string, value: string, timestamp: number): void {
    if (Number(value) % this.joinEvery === 0) add(this.#clicks, key, { value, timestamp });
  }

  view(key: string, value: string, timestamp: number): void {
    add(this.#views, key, { value, timestamp });
  }

  /** @param value click and view */
  result(value: string): void {
    this.#results.set(value, (this.#results.get(value) ?? 0) + 1);
  }

  check(): SoakCheck {
    let [expected, exact, lost, repeated] = [0, 0, 0, 0];
    const left = new Map(this.#results);
    const pairs = new Map<string, number>();
    for (const [key, clicks] of this.#clicks) {
      for (const view of this.#views.get(key) ?? []) {
        for (const click of clicks) {
          if (Math.abs(click.timestamp - view.timestamp) > this.joinMs) continue;
          // An input record that was written twice makes its pairs twice.
          const pair = `${click.value} ${view.value}`;
          pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
        }
      }
    }
    for (const [pair, count] of pairs) {
      expected += 1;
      const found = left.get(pair) ?? 0;
      left.delete(pair);
      if (found === count) exact += 1;
      else if (found < count) lost += 1;
      else repeated += 1;
    }
    return { expected, exact, lost, repeated, unexplained: left.size };
  }
}

/** Every record that is known to be in a copied topic. */
export class ExpectedCopies {
  readonly #acknowledged = new Set<string>();
  readonly #sent = new Set<string>();
  readonly #results = new Map<string, number>();

  /** It may arrive, even twice. */
  sent(value: string): void {
    this.#sent.add(value);
  }

  /** It has arrived. */
  acknowledged(value: string): void {
    this.#acknowledged.add(value);
  }

  result(value: string): void {
    this.#results.set(value, (this.#results.get(value) ?? 0) + 1);
  }

  check(): SoakCheck {
    let [exact, lost, repeated, unexplained] = [0, 0, 0, 0];
    for (const value of this.#acknowledged) {
      const found = this.#results.get(value) ?? 0;
      if (found === 1) exact += 1;
      else if (found === 0) lost += 1;
      else repeated += 1;
    }
    for (const value of this.#results.keys()) if (!this.#sent.has(value)) unexplained += 1;
    return { expected: this.#acknowledged.size, exact, lost, repeated, unexplained };
  }
}

function add(events: Map<string, Event[]>, key: string, event: Event): void {
  const known = events.get(key);
  if (known === undefined) events.set(key, [event]);
  else known.push(event);
}
