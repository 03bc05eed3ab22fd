/**
 * Arrays and maps of Avro that bytes cannot make endless: the library believes whatever number of items a block says it has, so that a
 * few bytes of garbage would keep a process busy for good.
 */

/** Where the library reads. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  readString(): string;
  skipString(): void;
}
interface Readable {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}
type Hook = (value: unknown, type: unknown) => void;
/** What reads is the type, or what brings another schema's values into its form. */
interface ArrayReader {
  readonly itemsType: Readable;
}
interface MapReader {
  readonly valuesType: Readable;
  _check(value: unknown, flags: unknown, hook: Hook | undefined, path: unknown): boolean;
  _write(tap: Tap, value: unknown): void;
}

type ArrayTypeClass = new (schema: object, options: object) => ArrayReader;
type MapTypeClass = new (schema: object, options: object) => MapReader;

/** As much of the library as is used here. */
export interface CollectionTypes {
  readonly ArrayType: ArrayTypeClass;
  readonly MapType: MapTypeClass;
}

/** Items without a byte, such as nulls, may be more than there are bytes left. */
const MOST_WITHOUT_BYTES = 65_536;

/** Makes the types of arrays and maps; of all others the library does. */
export type TypeHook = (schema: unknown, options: object) => object | undefined;

export function collectionHook({ ArrayType, MapType }: CollectionTypes): TypeHook {
  class BoundedArray extends ArrayType {
    _read(tap: Tap): unknown[] {
      const items = this.itemsType;
      const value: unknown[] = [];
      for (let count = blockSize(tap); count > 0; count = blockSize(tap)) {
        for (let left = count; left > 0; left -= 1) {
          value.push(items._read(tap));
          checkEnd(tap);
        }
      }
      return value;
    }

    _skip(tap: Tap): void {
      const items = this.itemsType;
      for (let count = skipSize(tap); count !== 0; count = skipSize(tap)) {
        for (let left = count; left > 0; left -= 1) {
          items._skip(tap);
          checkEnd(tap);
        }
      }
    }
  }

  class BoundedMap extends MapType {
    override _check(value: unknown, flags: unknown, hook: Hook | undefined, path: unknown): boolean {
      if (!isOther(value)) return super._check(value, flags, hook, path);
      hook?.(value, this);
      return false;
    }

    override _write(tap: Tap, value: unknown): void {
      // Its entries are not those of an object: nothing would be written.
      if (isOther(value)) throw new Error('a map is an object here, no Map and no Set');
      super._write(tap, value);
    }

    _read(tap: Tap): Record<string, unknown> {
      const values = this.valuesType;
      const value: Record<string, unknown> = {};
      for (let count = blockSize(tap); count > 0; count = blockSize(tap)) {
        for (let left = count; left > 0; left -= 1) {
          const key = tap.readString();
          const one = values._read(tap);
          checkEnd(tap);
          // Assigned to, that name would be something else.
          if (key === '__proto__') Object.defineProperty(value, key, { value: one, enumerable: true });
          else value[key] = one;
        }
      }
      return value;
    }

    _skip(tap: Tap): void {
      const values = this.valuesType;
      for (let count = skipSize(tap); count !== 0; count = skipSize(tap)) {
        for (let left = count; left > 0; left -= 1) {
          tap.skipString();
          values._skip(tap);
          checkEnd(tap);
        }
      }
    }
  }

  return (schema, options) => {
    if (typeof schema !== 'object' || schema === null || !('type' in schema)) return undefined;
    if (schema.type === 'array') return new BoundedArray(schema, options);
    if (schema.type === 'map') return new BoundedMap(schema, options);
    return undefined;
  };
}

function isOther(value: unknown): boolean {
  return value instanceof Map || value instanceof Set || value instanceof Date;
}

function blockSize(tap: Tap): number {
  const count = tap.readLong();
  if (count >= 0) return checked(count, tap);
  // Its bytes, for those who skip it.
  tap.readLong();
  return checked(-count, tap);
}

/** Skips blocks that say how many bytes they have; of the first other one, the number of items. */
function skipSize(tap: Tap): number {
  for (;;) {
    const count = tap.readLong();
    if (count >= 0) return checked(count, tap);
    const bytes = tap.readLong();
    if (!(bytes >= 0)) throw new Error('a block of items has less than no bytes');
    tap.pos += bytes;
    checkEnd(tap);
  }
}

function checked(count: number, tap: Tap): number {
  checkEnd(tap);
  if (count <= tap.buf.length - tap.pos + MOST_WITHOUT_BYTES) return count;
  throw new Error('a block of items has more of them than there are bytes');
}

function checkEnd(tap: Tap): void {
  if (tap.pos > tap.buf.length) throw new Error('they end too early');
}
