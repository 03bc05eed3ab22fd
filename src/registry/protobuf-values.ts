/** Values of JavaScript as messages of Protobuf, and back: checked, and without a digit lost. */
import { kindAndSize } from '../errors/kind-and-size.js';
import { encodable } from '../record/utf8.js';
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
  if (!isRecord(value))
    throw new Error(`${path === '' ? type.name : path}: an object is expected, not ${kindAndSize(value)}`);
  const made: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined) throw new Error(`${place}: ${type.name} has no such field`);
    if (given === null || given === undefined) continue;
    made[name] = fieldValue(field, given, long, place);
  }
  checkWhole(type, made, path);
  return made;
}

/** An object whose entries are its fields: of others nothing would be written, or something else. */
function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Map || value instanceof Set || value instanceof Date || value instanceof Uint8Array);
}

function checkWhole({ fields, oneofsArray }: ProtoType, made: object, path: string): void {
  const at = path === '' ? '' : `${path}.`;
  for (const { name, oneof } of oneofsArray) {
    const given = oneof.filter((field) => Object.hasOwn(made, field));
    if (given.length > 1) throw new Error(`${at}${name}: only one of ${given.join(', ')} can be there`);
  }
  for (const name in fields) {
    if (fields[name]?.required === true && !Object.hasOwn(made, name)) throw new Error(`${at}${name}: it is required`);
  }
}

function fieldValue(field: ProtoField, given: unknown, long: Long, place: string): unknown {
  if (field.map) {
    if (!isRecord(given)) throw new Error(`${place}: an object is expected, not ${kindAndSize(given)}`);
    const { keyType = 'string' } = field;
    const entries = Object.entries(given).map(([key, one]) => {
      const at = `${place}[${kindAndSize(key)}]`;
      return [mapKey(keyType, key, at), single(field, one, long, at)] as const;
    });
    return Object.fromEntries(entries);
  }
  if (!field.repeated) return single(field, given, long, place);
  if (!Array.isArray(given)) throw new Error(`${place}: a list is expected, not ${kindAndSize(given)}`);
  return given.map((one, i) => single(field, one, long, `${place}[${String(i)}]`));
}

const WHOLE = /^-?\d{1,20}$/;

function mapKey(type: string, key: string, place: string): string {
  if (type === 'string') return encodable(key);
  if (type === 'bool') {
    // The library takes each text for true but the empty one.
    if (key === 'true' || key === 'false') return key === 'true' ? key : '';
    throw new Error(`${place}: a key is true or false`);
  }
  const unsigned = LONGS.get(type);
  const bits = unsigned === undefined ? 32 : 64;
  const whole = WHOLE.test(key) ? BigInt(key) : null;
  const isUnsigned = unsigned ?? UNSIGNED_INTS.has(type);
  if (whole !== null && (isUnsigned ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole)) === whole) return key;
  throw new Error(`${place}: a key is a whole number of ${String(bits)} bits (${type})`);
}

function single({ type, resolvedType }: ProtoField, given: unknown, long: Long, place: string): unknown {
  if (resolvedType !== null) {
    return 'values' in resolvedType
      ? enumValue(resolvedType, given, place)
      : toMessage(resolvedType, given, long, place);
  }
  switch (type) {
    case 'string':
      // What has no UTF-8 is a question mark, as in Java; the library would write bytes that Java refuses.
      if (typeof given === 'string') return encodable(given);
      throw new Error(`${place}: a text is expected, not ${kindAndSize(given)}`);
    case 'bool':
      if (typeof given === 'boolean') return given;
      throw new Error(`${place}: true or false is expected, not ${kindAndSize(given)}`);
    case 'double':
    case 'float':
      if (typeof given === 'number') return given;
      throw new Error(`${place}: a number is expected, not ${kindAndSize(given)}`);
    case 'bytes':
      // The library takes texts too, as base64.
      if (given instanceof Uint8Array) return given;
      throw new Error(`${place}: a Buffer is expected, not ${kindAndSize(given)}`);
    default:
      return wholeNumber(type, given, long, place);
  }
}

function wholeNumber(type: string, given: unknown, long: Long, place: string): unknown {
  const unsigned = LONGS.get(type);
  if (unsigned !== undefined) return longValue(given, unsigned, long, place);
  const fits =
    (!INTS.has(type) || given === ((given as number) | 0)) &&
    (!UNSIGNED_INTS.has(type) || given === (given as number) >>> 0);
  if (!fits) {
    const [least, most] = INTS.has(type) ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
    throw new Error(
      `${place}: a whole number of 32 bits is expected (${type}), not ${kindAndSize(given, least, most)}`,
    );
  }
  return given;
}

function enumValue({ values }: ProtoEnum, given: unknown, place: string): number {
  // Those without a name too: what a newer schema has written goes on as it came.
  if (typeof given === 'number' && given === (given | 0)) return given;
  if (typeof given === 'string' && Object.hasOwn(values, given)) return values[given] as number;
  throw new Error(`${place}: one of ${Object.keys(values).join(', ')} is expected, not ${kindAndSize(given)}`);
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
