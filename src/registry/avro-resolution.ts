/**
 * Reading what another schema of Avro wrote, as Java does it: which record can be read is decided record by record. The library refuses a
 * schema where one branch or symbol could not be read, whether it ever comes or not.
 */
import { reasonOf } from '../errors/shown-value.js';
import type { TypeHook } from './avro-collections.js';
import type { AvroType } from './avro-type.js';

interface Tap {
  readLong(): number;
}
interface Resolver {
  /** Null until it is known how. */
  _read: ((tap: Tap) => unknown) | null;
}
interface EnumType {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly default: string | undefined;
  _update(resolver: Resolver, written: Described, options: object): void;
}
type EnumTypeClass = new (schema: object, options: object) => EnumType;

/** As much of the library as is used here. */
export interface EnumTypes {
  readonly EnumType: EnumTypeClass;
}

/** What the library says of a type beyond what is needed to read and write. */
interface Described extends AvroType {
  readonly fields?: readonly { readonly name: string; readonly aliases: readonly string[]; readonly type: Described }[];
  readonly types?: readonly Described[];
  readonly symbols?: readonly string[];
  readonly itemsType?: Described;
  readonly valuesType?: Described;
}

/** Enums of which another schema may have symbols that they do not have: those are refused when they come, or are the default. */
export function enumHook({ EnumType }: EnumTypes): TypeHook {
  class LenientEnum extends EnumType {
    override _update(resolver: Resolver, written: Described, options: object): void {
      super._update(resolver, written, options);
      const others = written.symbols;
      if (resolver._read !== null || others === undefined || simpleName(written.name) !== simpleName(this.name)) return;
      const known = new Set(this.symbols);
      const missing = others.filter((one) => !known.has(one));
      resolver._read = (tap) => {
        const symbol = others[tap.readLong()];
        if (symbol !== undefined && known.has(symbol)) return symbol;
        if (symbol === undefined) throw new Error(`what is no symbol is none of the symbols of ${this.name}`);
        throw new Error(`a symbol was written that ${this.name} does not have; it lacks ${missing.join(', ')}`);
      };
    }
  }
  return (schema, options) =>
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'enum'
      ? new LenientEnum(schema, options)
      : undefined;
}

function simpleName(name: string | undefined): string {
  return name === undefined ? '' : name.slice(name.lastIndexOf('.') + 1);
}

/**
 * Unions that can be read where one of their branches can: what is of another branch is refused when it comes.
 * @param makeType makes the types of a schema, with the hook that is given
 */
export function withLenientUnions(hook: TypeHook, makeType: (schema: unknown, options: object) => object): TypeHook {
  const making = new Set<unknown>();
  return (schema, options) => {
    if (!Array.isArray(schema) || making.has(schema)) return hook(schema, options);
    making.add(schema);
    try {
      const union = makeType(schema, options) as Described;
      return Object.create(union, { types: { value: lenient(union.types ?? []), enumerable: true } }) as object;
    } finally {
      making.delete(schema);
    }
  };
}

type Make = (type: Described, index: number, types: readonly Described[]) => unknown;

/** The library makes what reads a union by this very method. */
function lenient(types: readonly Described[]): readonly Described[] {
  const map = (make: Make, self: unknown): unknown[] => {
    let readable = 0;
    let first: unknown;
    const made = types.map((type, i) => {
      try {
        const one = make.call(self, type, i, types);
        readable += 1;
        return one;
      } catch (error) {
        first ??= error;
        return {
          _read: (): never => {
            throw error;
          },
        };
      }
    });
    if (readable === 0) throw first;
    return made;
  };
  return Object.defineProperty([...types], 'map', { value: map });
}

/**
 * What reads `written` as `own`. Names are held to each other with their namespaces where that is possible, else without them.
 * @throws Error that names the field which cannot be read
 */
export function resolverOf(own: AvroType, written: AvroType): unknown {
  try {
    return own.createResolver(written, { ignoreNamespaces: false });
  } catch {
    // Whether it is for the namespaces alone is seen now.
  }
  try {
    return own.createResolver(written, { ignoreNamespaces: true });
  } catch (error) {
    const place = placeOf(own, written, new Set());
    throw new Error(`${place}${reasonOf(error)}`, { cause: error });
  }
}

/** `lines[].price: `, where something cannot be read; nothing where it is the whole. */
function placeOf(own: Described, written: Described, seen: Set<Described>): string {
  const path: string[] = [];
  for (let pair: readonly [string, Described, Described] | undefined = ['', own, written]; pair !== undefined;) {
    const [name, reader, writer]: readonly [string, Described, Described] = pair;
    path.push(name);
    pair = seen.has(reader) ? undefined : partsOf(reader, writer).find(([, one, other]) => !canRead(one, other));
    seen.add(reader);
  }
  const text = path.join('').replace(/^\./, '');
  return text === '' ? '' : `${text}: `;
}

function partsOf(own: Described, written: Described): readonly (readonly [string, Described, Described])[] {
  if (own.itemsType !== undefined && written.itemsType !== undefined) return [['[]', own.itemsType, written.itemsType]];
  if (own.valuesType !== undefined && written.valuesType !== undefined)
    return [['.*', own.valuesType, written.valuesType]];
  return (own.fields ?? []).flatMap(({ name, aliases, type }) => {
    const other = (written.fields ?? []).find((one) => one.name === name || aliases.includes(one.name));
    return other === undefined ? [] : [[`.${name}`, type, other.type] as const];
  });
}

function canRead(own: Described, written: Described): boolean {
  try {
    own.createResolver(written, { ignoreNamespaces: true });
    return true;
  } catch {
    // Why not has been told.
    return false;
  }
}
