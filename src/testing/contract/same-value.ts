/** Whether two values are the same to whoever uses them, whatever they consist of. */

export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Date) return other instanceof Date && Object.is(one.getTime(), other.getTime());
  if (one instanceof Uint8Array) return other instanceof Uint8Array && sameBytes(one, other);
  if (Array.isArray(one)) return Array.isArray(other) && sameLists(one, other);
  if (one instanceof Map) return other instanceof Map && sameLists([...one], [...(other as Map<unknown, unknown>)]);
  if (one instanceof Set) return other instanceof Set && sameLists([...one], [...(other as Set<unknown>)]);
  if (Array.isArray(other) || other instanceof Uint8Array || other instanceof Date) return false;
  return sameFields(one, other);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function sameLists(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, i) => sameValue(item, other[i]));
}

function sameFields(one: object, other: object): boolean {
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && sameValue(Reflect.get(one, key), Reflect.get(other, key)));
}
