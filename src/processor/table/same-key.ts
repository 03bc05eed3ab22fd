/** Whether two keys are the same key, as Java's `equals` would say of the deserialised objects. */
import { Windowed } from '../../record/windowed.js';

export function sameKey(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Buffer.isBuffer(a)) return a.equals(b as Buffer);
  if (a instanceof Date) return a.getTime() === (b as Date).getTime();
  if (a instanceof Windowed) {
    const other = b as Windowed<unknown>;
    return a.window.start === other.window.start && a.window.end === other.window.end && sameKey(a.key, other.key);
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => name in b && sameKey(a[name as keyof typeof a], b[name as keyof typeof b]));
}
