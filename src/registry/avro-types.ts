/** The choices that Avro leaves open: what a long, a date and a decimal are in JavaScript. */
import { collectionHook, type CollectionTypes, type TypeHook } from './avro-collections.js';
import { enumHook, type EnumTypes } from './avro-resolution.js';
import type { AvroType } from './avro-type.js';

/** How values of Avro look. */
export interface AvroChoices {
  /**
   * Whole numbers of 64 bits. `exact`: numbers, and bigints where a number cannot hold them. `bigint`: bigints, always.
   * Default: `exact`.
   */
  readonly longs?: 'exact' | 'bigint';
  /** `date`, `timestamp-millis` and `local-timestamp-millis` are dates. Default: false, they are numbers. */
  readonly dates?: boolean;
  /** `decimal` of bytes or fixed is a text such as `-12.50`. Default: false, it is a Buffer. */
  readonly decimals?: boolean;
}

interface LogicalType {
  readonly underlyingType: AvroType;
}
type LogicalTypeClass = new (...args: readonly unknown[]) => LogicalType;

/** As much of the library as is used. */
export interface AvroLibrary {
  readonly Type: { forSchema(schema: unknown, options: object): AvroType };
  readonly types: CollectionTypes &
    EnumTypes & {
      readonly LogicalType: LogicalTypeClass;
      readonly LongType: { __with(methods: object, noUnpack?: boolean): AvroType };
    };
}

/** What types are made with. */
export interface AvroOptions {
  readonly typeHook: TypeHook;
}

/** Options for the types of one schema after the other: they get to know names. Classes are the same for all, so that types can be compared. */
export function avroOptions(library: AvroLibrary, choices: AvroChoices): () => AvroOptions {
  const { longs = 'exact', dates = false, decimals = false } = choices;
  const whole = library.types.LongType.__with(longMethods(longs));
  const long = longs === 'exact' ? withShortWay(whole) : whole;
  const logicalTypes = {
    ...(dates ? dateTypes(library) : {}),
    ...(decimals ? { decimal: decimalType(library) } : {}),
  };
  const hooks = [longHook(long, logicalTypes), collectionHook(library.types), enumHook(library.types)];
  const typeHook: TypeHook = (schema, options) => {
    for (const hook of hooks) {
      const type = hook(schema, options);
      if (type !== undefined) return type;
    }
    return undefined;
  };
  return () => ({ registry: { long }, logicalTypes, wrapUnions: 'auto', typeHook });
}

/** Of longs that are objects in a schema the library makes its own ones, which refuse what a number cannot hold. */
function longHook(long: AvroType, logicalTypes: object): TypeHook {
  return (schema) => {
    if (typeof schema !== 'object' || schema === null || !('type' in schema) || schema.type !== 'long')
      return undefined;
    const known =
      'logicalType' in schema && typeof schema.logicalType === 'string' && schema.logicalType in logicalTypes;
    return known ? undefined : long;
  };
}

/** Where the library reads and writes. */
interface Tap {
  pos: number;
  readLong(): number;
  writeLong(value: number): void;
}
interface Long extends AvroType {
  _read(tap: Tap): unknown;
  _write(tap: Tap, value: unknown): void;
}

/** So many bytes are always a number that is exact. */
const EXACT_BYTES = 7;
const EXACT_WRITTEN = 2 ** 52;

/** Takes numbers as numbers: the library's own way to longs of all sizes makes a buffer for each. */
function withShortWay(library: AvroType): AvroType {
  const whole = library as Long;
  const long = Object.create(whole) as Long;
  const short: Pick<Long, '_read' | '_write'> = {
    _read(tap) {
      const from = tap.pos;
      const value = tap.readLong();
      if (tap.pos - from <= EXACT_BYTES) return value;
      tap.pos = from;
      return whole._read(tap);
    },
    _write(tap, value) {
      if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < EXACT_WRITTEN) tap.writeLong(value);
      else whole._write(tap, value);
    },
  };
  return Object.freeze(Object.defineProperties(long, Object.getOwnPropertyDescriptors(short)));
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

function isLong(value: unknown): boolean {
  return typeof value === 'bigint' ? value >= LEAST && value <= MOST : Number.isSafeInteger(value);
}

function longMethods(longs: 'exact' | 'bigint'): object {
  return {
    fromBuffer: (bytes: Buffer): number | bigint => {
      const value = bytes.readBigInt64LE(0);
      if (longs === 'bigint') return value;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    },
    toBuffer: (value: number | bigint): Buffer => {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeBigInt64LE(BigInt(value));
      return bytes;
    },
    // Defaults of a schema, ints that are to be longs, and copies of either, where bigints are texts.
    fromJSON: (value: number | bigint | string): unknown => {
      if (longs === 'bigint') return BigInt(value);
      if (typeof value === 'number') return value;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : BigInt(value);
    },
    toJSON: (value: number | bigint): unknown => (typeof value === 'bigint' ? String(value) : value),
    isValid: isLong,
    compare: (one: number | bigint, other: number | bigint): number => (one < other ? -1 : one > other ? 1 : 0),
  };
}

/** The library takes a type for what it is built on where this throws, as the specification wants it. */
function onlyOver(schema: unknown, ...kinds: readonly string[]): void {
  const { type } = schema as { readonly type?: unknown };
  if (!kinds.includes(type as string)) throw new Error(`there is no such logical type of ${String(type)}`);
}

const DAY_MS = 86_400_000;

function dateTypes({ types }: AvroLibrary): Readonly<Record<string, LogicalTypeClass>> {
  const dateOf = (unitMs: number): LogicalTypeClass =>
    class extends types.LogicalType {
      constructor(...args: readonly unknown[]) {
        super(...args);
        onlyOver(args[0], 'int', 'long');
      }

      _fromValue(value: number | bigint): Date {
        const date = new Date(Number(value) * unitMs);
        if (Number.isNaN(date.getTime())) throw new Error('a time is beyond those that a date can have');
        return date;
      }
      _toValue(date: unknown): number | undefined {
        if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined;
        return Math.floor(date.getTime() / unitMs);
      }
      /** What another schema calls a plain number, or a date of the same unit. */
      _resolve(written: AvroType | LogicalType): ((value: number | bigint) => unknown) | undefined {
        if (written instanceof this.constructor) return (value) => value;
        if (!('typeName' in written)) return undefined;
        const [kind, own] = [kindOf(written), kindOf(this.underlyingType)];
        return kind === own || (kind === 'int' && own === 'long') ? (value) => this._fromValue(value) : undefined;
      }
    };
  const milliseconds = dateOf(1);
  return { date: dateOf(DAY_MS), 'timestamp-millis': milliseconds, 'local-timestamp-millis': milliseconds };
}

/** Longs that are read in a way of one's own have another name. */
function kindOf({ typeName }: AvroType): string {
  return typeName.replace('abstract:', '');
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

function decimalType({ types }: AvroLibrary): LogicalTypeClass {
  return class extends types.LogicalType {
    readonly scale: number;
    readonly precision: number;
    private readonly size: number | null;

    constructor(...args: readonly unknown[]) {
      super(...args);
      onlyOver(args[0], 'bytes', 'fixed');
      const {
        scale = 0,
        precision,
        type,
        size,
      } = args[0] as {
        scale?: number;
        precision: number;
        type: unknown;
        size?: number;
      };
      this.scale = scale;
      this.precision = precision;
      this.size = type === 'fixed' && size !== undefined ? size : null;
    }

    _fromValue(bytes: Buffer): string {
      const hex = bytes.toString('hex');
      const raw = hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
      const digits = String(raw < 0n ? -raw : raw).padStart(this.scale + 1, '0');
      const at = digits.length - this.scale;
      return `${raw < 0n ? '-' : ''}${digits.slice(0, at)}${this.scale === 0 ? '' : `.${digits.slice(at)}`}`;
    }

    _toValue(text: unknown): Buffer | undefined {
      if (typeof text !== 'string' || !DECIMAL.test(text)) return undefined;
      const [whole = '', fraction = ''] = text.split('.');
      if (fraction.length > this.scale) return undefined;
      const value = BigInt(whole + fraction.padEnd(this.scale, '0'));
      // As Java: a reader may have no room for more digits than the schema says.
      if (String(value < 0n ? -value : value).length > this.precision) return undefined;
      return bytesOf(value, this.size);
    }

    /** Another scale would be another number. What another schema calls plain bytes is one, as in Java. */
    _resolve(written: AvroType | LogicalType): ((value: unknown) => unknown) | undefined {
      if (!(written instanceof this.constructor)) {
        const plain = 'typeName' in written && written.typeName === this.underlyingType.typeName;
        return plain ? (value) => this._fromValue(value as Buffer) : undefined;
      }
      return (written as { scale?: number }).scale === this.scale ? (value) => value : undefined;
    }
  };
}

/** The shortest two's complement, as Java's BigInteger has it, or one of a given size. Undefined when it does not fit. */
function bytesOf(value: bigint, size: number | null): Buffer | undefined {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length += 1;
  if (size !== null && length > size) return undefined;
  const whole = size ?? length;
  return Buffer.from(
    BigInt.asUintN(whole * 8, value)
      .toString(16)
      .padStart(whole * 2, '0'),
    'hex',
  );
}
