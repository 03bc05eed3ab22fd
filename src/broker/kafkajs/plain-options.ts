/** Whether the way to Kafka can be described to another thread, which gets data but no code. */
import type { KafkaOptions } from './kafka-options.js';

/**
 * The options as another thread can have them, or the name of the first one that it cannot have: functions, and objects
 * of classes, which would arrive without their methods. A `logCreator` is left out: what the thread logs goes through the
 * main thread's logger.
 */
export function plainOptions(options: KafkaOptions): KafkaOptions | string {
  const { logCreator: _, ...rest } = options;
  const problem = notPlain(rest, 'kafka');
  return problem ?? rest;
}

function notPlain(value: unknown, place: string): string | null {
  if (typeof value === 'function') return `${place} is a function`;
  if (typeof value === 'symbol') return `${place} is a symbol`;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return null;
  if (Array.isArray(value)) return firstOf(value.map((one, index) => [`${place}[${String(index)}]`, one] as const));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${place} is an object of a class`;
  return firstOf(Object.entries(value).map(([name, one]) => [`${place}.${name}`, one] as const));
}

function firstOf(parts: readonly (readonly [place: string, value: unknown])[]): string | null {
  for (const [place, value] of parts) {
    const problem = notPlain(value, place);
    if (problem !== null) return problem;
  }
  return null;
}
