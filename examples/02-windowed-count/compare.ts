/** Compares windows that were written with windows that were recomputed. */
import type { Totals } from './recompute.js';

export interface Comparison {
  /** Windows in either of the two. */
  readonly windows: number;
  readonly agree: number;
  /** Windows with more orders than recomputed; only counted where that is allowed. */
  readonly more: number;
  /** One line for each window that is wrong. */
  readonly differences: readonly string[];
}

/**
 * `exact`: every window must be equal, none may be missing or too many. `at-least`: no window may be missing or have fewer
 * orders than recomputed; after a crash records are processed again, so that some may have more.
 */
export type Mode = 'exact' | 'at-least';

export function compare(
  expected: ReadonlyMap<string, Totals>,
  found: ReadonlyMap<string, Totals>,
  mode: Mode,
): Comparison {
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  const differences: string[] = [];
  let more = 0;
  for (const name of names) {
    const [should, is] = [expected.get(name), found.get(name)];
    if (should?.orders === is?.orders && should?.cents === is?.cents) continue;
    if (mode === 'at-least' && (is?.orders ?? 0) > (should?.orders ?? 0)) more += 1;
    else differences.push(`${name}: expected ${text(should)}, found ${text(is)}`);
  }
  return { windows: names.length, agree: names.length - more - differences.length, more, differences };
}

function text(totals: Totals | undefined): string {
  if (totals === undefined) return 'no such window';
  return `${totals.orders} orders of ${(totals.cents / 100).toFixed(2)}`;
}
