/** The functions behind `count`. */

export function zero(): number {
  return 0;
}

export function countRecords(count: unknown): number {
  return (count as number) + 1;
}

export function addCounts(one: unknown, other: unknown): number {
  return (one as number) + (other as number);
}

export function uncountRecord(count: unknown): number {
  return (count as number) - 1;
}
