/**
 * The order in which Java's hash sets hand out their elements. It shows in the printed topology, and in the partition counts of
 * some internal topics.
 */

/** `String.hashCode` of Java. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

function inBuckets<T>(elements: readonly T[], capacity: number, hashOf: (element: T) => number): T[] {
  const placed = elements.map((element, index) => {
    const hash = hashOf(element);
    return { element, index, bucket: (hash ^ (hash >>> 16)) & (capacity - 1) };
  });
  placed.sort((a, b) => a.bucket - b.bucket || a.index - b.index);
  return placed.map((one) => one.element);
}

/** Capacity of a table that began with 16 buckets and doubled whenever it was more than three quarters full. */
function grownCapacity(size: number): number {
  let capacity = 16;
  while (size > capacity * 0.75) capacity *= 2;
  return capacity;
}

/** Order of a `HashSet` or `HashMap` that began empty and got the names one by one. */
export function hashOrder(names: Iterable<string>): string[] {
  return hashOrderBy([...new Set(names)], javaHash);
}

/** The same for elements of any kind, all different. */
export function hashOrderBy<T>(elements: readonly T[], hashOf: (element: T) => number): T[] {
  return inBuckets(elements, grownCapacity(elements.length), hashOf);
}

/** Order of a `HashSet` that was made as the copy of another collection, and so sized at once, for names that occur twice too. */
export function copiedHashOrder(names: readonly string[]): string[] {
  const wanted = Math.max(Math.trunc(names.length / 0.75) + 1, 16);
  let capacity = 16;
  while (capacity < wanted) capacity *= 2;
  return inBuckets([...new Set(names)], capacity, javaHash);
}
