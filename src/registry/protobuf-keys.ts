/** Keys of maps that are whole numbers of 64 bits: the library gives them as eight characters, one for each byte. */
import type { ProtoField, ProtoLibrary, ProtoType } from './protobuf-library.js';

const LONG_KEYS: ReadonlyMap<string, boolean> = new Map([
  ['int64', false],
  ['sint64', false],
  ['sfixed64', false],
  ['uint64', true],
  ['fixed64', true],
]);

/** Those of these messages, and of the ones in them, that have such a map somewhere. */
export function typesWithLongKeys(types: Iterable<ProtoType>): ReadonlySet<ProtoType> {
  const seen = new Set<ProtoType>();
  const collect = (type: ProtoType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    for (const inner of messagesIn(type)) collect(inner);
  };
  for (const type of types) collect(type);
  const found = new Set([...seen].filter((type) => Object.values(type.fields).some((field) => hasLongKeys(field!))));
  // Messages may hold each other: until no more is found.
  for (let before = -1; found.size > 0 && before !== found.size;) {
    before = found.size;
    for (const type of seen) if (messagesIn(type).some((inner) => found.has(inner))) found.add(type);
  }
  return found;
}

/** The keys as the digits of their numbers; the value is changed in its place. */
export function withLongKeys(
  type: ProtoType,
  value: unknown,
  concerned: ReadonlySet<ProtoType>,
  util: ProtoLibrary['util'],
): unknown {
  if (typeof value !== 'object' || value === null || !concerned.has(type)) return value;
  const fields = value as Record<string, unknown>;
  for (const [name, field] of Object.entries(type.fields)) {
    const { map, keyType, repeated } = field!;
    const given = fields[name];
    if (given === undefined || given === null) continue;
    const inner = messageOf(field!);
    const one = (part: unknown): unknown => (inner === null ? part : withLongKeys(inner, part, concerned, util));
    if (map) {
      const unsigned = LONG_KEYS.get(keyType ?? '');
      const named = (key: string): string => (unsigned === undefined ? key : String(util.longFromHash(key, unsigned)));
      fields[name] = Object.fromEntries(Object.entries(given).map(([key, part]) => [named(key), one(part)]));
    } else if (repeated) {
      (given as unknown[]).forEach(one);
    } else {
      one(given);
    }
  }
  return value;
}

function hasLongKeys({ map, keyType }: ProtoField): boolean {
  return map && LONG_KEYS.has(keyType ?? '');
}

function messagesIn(type: ProtoType): readonly ProtoType[] {
  return Object.values(type.fields).flatMap((field) => messageOf(field!) ?? []);
}

function messageOf({ resolvedType }: ProtoField): ProtoType | null {
  return resolvedType === null || 'values' in resolvedType ? null : resolvedType;
}
