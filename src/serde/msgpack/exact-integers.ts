/** Whole numbers of 64 bits, which the decoder gives as bigints whatever their size. */

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** The value with numbers for all bigints that a number can hold; lists and objects are changed in place. */
export function exactIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') return value >= -MOST && value <= MOST ? Number(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) value[i] = exactIntegers(value[i]);
    return value;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) fields[key] = exactIntegers(fields[key]);
  return value;
}
