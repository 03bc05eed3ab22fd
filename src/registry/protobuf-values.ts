/** Values of JavaScript as messages of Protobuf, and back: checked, and without a digit lost. */
import type { ProtoEnum, ProtoField, ProtoLibrary, ProtoLong, ProtoType } from './protobuf-library.js';

type Long = ProtoLibrary['util']['Long'];

const LONGS: ReadonlyMap<string, boolean> = new Map([
  ['int64', false],
  ['sint64', false],
  ['sfixed64', false],
  ['uint64', true],
  ['fixed64', true],
]);
const INTS: ReadonlySet<string> = new Set(['int32', 'sint32', 'sfixed32']);
const UNSIGNED_INTS: ReadonlySet<string> = new Set(['uint32', 'fixed32']);

/** @throws Error that names the field which does not fit */
export function toMessage(type: ProtoType, value: unknown, long: Long, path = ''): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${path === '' ? type.name : path}: an object is expected`);
  }
  const made: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined) throw new Error(`${place}: ${type.name} has no such field`);
    if (given === null || given === undefined) continue;
    made[name] = fieldValue(field, given, long, place);
  }
  const problem = path === '' ? type.verify(made) : null;
  if (problem !== null) throw new Error(problem);
  return made;
}

function fieldValue(field: ProtoField, given: unknown, long: Long, place: string): unknown {
  if (field.map) {
    if (typeof given !== 'object' || Array.isArray(given)) throw new Error(`${place}: an object is expected`);
    const entries = Object.entries(given as object);
    return Object.fromEntries(entries.map(([key, one]) => [key, single(field, one, long, `${place}.${key}`)]));
  }
  if (!field.repeated) return single(field, given, long, place);
  if (!Array.isArray(given)) throw new Error(`${place}: a list is expected`);
  return given.map((one, i) => single(field, one, long, `${place}[${String(i)}]`));
}

function single({ type, resolvedType }: ProtoField, given: unknown, long: Long, place: string): unknown {
  if (resolvedType !== null) {
    return 'values' in resolvedType
      ? enumValue(resolvedType, given, place)
      : toMessage(resolvedType, given, long, place);
  }
  const unsigned = LONGS.get(type);
  if (unsigned !== undefined) return longValue(given, unsigned, long, place);
  const fits =
    (!INTS.has(type) || given === ((given as number) | 0)) &&
    (!UNSIGNED_INTS.has(type) || given === (given as number) >>> 0);
  if (!fits) throw new Error(`${place}: a whole number of 32 bits is expected (${type})`);
  return given;
}

function enumValue({ values }: ProtoEnum, given: unknown, place: string): number {
  if (typeof given === 'number' && given === (given | 0)) return given;
  if (typeof given === 'string' && Object.hasOwn(values, given)) return values[given] as number;
  throw new Error(`${place}: one of ${Object.keys(values).join(', ')} is expected`);
}

function longValue(given: unknown, unsigned: boolean, long: Long, place: string): ProtoLong | number {
  if (typeof given === 'bigint') {
    const kept = unsigned ? BigInt.asUintN(64, given) : BigInt.asIntN(64, given);
    if (kept === given) return long.fromString(String(given), unsigned);
  } else if (Number.isSafeInteger(given) && (!unsigned || (given as number) >= 0)) {
    return given as number;
  }
  throw new Error(`${place}: a whole number of 64 bits is expected, beyond 2^53 as a bigint`);
}

const WORD = 2 ** 32;
/** Upper halves of the numbers that are exact, sign and all. */
const LEAST_UPPER = -(2 ** 21);
const MOST_UPPER = 2 ** 21 - 1;

function longNumber({ low, high, unsigned }: ProtoLong): number | bigint {
  const upper = unsigned ? high >>> 0 : high;
  const number = upper * WORD + (low >>> 0);
  if (upper >= LEAST_UPPER && upper <= MOST_UPPER && Number.isSafeInteger(number)) return number;
  return (BigInt(upper) << 32n) + BigInt(low >>> 0);
}

/** Longs become numbers, or bigints where a number cannot hold them; bytes are copied out of what was read. */
export function plainValue(value: unknown, long: Long): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (long.isLong(value)) return longNumber(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map((one) => plainValue(one, long));
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (typeof field !== 'object' || field === null) continue;
    const plain = plainValue(field, long);
    if (plain === field) continue;
    // Assigned to, that name would be something else.
    if (key === '__proto__') Object.defineProperty(fields, key, { value: plain });
    else fields[key] = plain;
  }
  return value;
}
