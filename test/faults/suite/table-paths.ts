/**
 * Which results a join of two tables may have: changes of both sides come in an order of their own each, but how they come
 * between each other is free. Each change gives one result with what the other side holds then.
 */

export interface Followed {
  /** The results so far come from some order. */
  readonly possible: boolean;
  /** In one of these orders all changes have come. */
  readonly complete: boolean;
}

/** @param results `<left>+<right>` */
export function followTables(
  lefts: readonly string[],
  rights: readonly string[],
  results: readonly string[],
): Followed {
  const width = rights.length + 1;
  // Nothing comes before there is something on both sides: any number of changes on one side, and none on the other.
  let places = new Set<number>();
  for (let left = 0; left <= lefts.length; left++) places.add(left * width);
  for (let right = 0; right <= rights.length; right++) places.add(right);
  for (const result of results) {
    const next = new Set<number>();
    for (const place of places) {
      const [left, right] = [Math.floor(place / width), place % width];
      for (const [l, r] of [
        [left + 1, right],
        [left, right + 1],
      ] as const) {
        if (l === 0 || r === 0 || l > lefts.length || r > rights.length) continue;
        if (`${lefts[l - 1]!}+${rights[r - 1]!}` === result) next.add(l * width + r);
      }
    }
    if (next.size === 0) return { possible: false, complete: false };
    places = next;
  }
  return { possible: true, complete: places.has(lefts.length * width + rights.length) };
}
