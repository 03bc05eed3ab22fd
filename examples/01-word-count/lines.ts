/** What the example counts, and what must come out of it. */

export const LINES: readonly string[] = [
  'A mill race is the channel that leads the water to the mill wheel',
  'The water turns the wheel',
  'The wheel turns the mill',
];

/** Most frequent first, equal ones by the alphabet: the order in which the example prints them. */
export const EXPECTED: ReadonlyMap<string, number> = new Map([
  ['the', 7],
  ['mill', 3],
  ['wheel', 3],
  ['turns', 2],
  ['water', 2],
  ['a', 1],
  ['channel', 1],
  ['is', 1],
  ['leads', 1],
  ['race', 1],
  ['that', 1],
  ['to', 1],
]);
