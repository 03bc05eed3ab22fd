/** TypeScript for a JSON Schema: what it says of shapes; what it says of sizes and texts is checked by the serde alone. */
import { aliasText, arrayText, interfaceText, literal, mapText, objectText, unionText } from './declarations.js';
import type { Declarations, Property } from './declarations.js';

interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean | readonly (JsonSchema | boolean)[];
  readonly anyOf?: readonly (JsonSchema | boolean)[];
  readonly oneOf?: readonly (JsonSchema | boolean)[];
  readonly allOf?: readonly (JsonSchema | boolean)[];
}
type Place = { readonly root: JsonSchema; readonly name: string };

/**
 * Declares what is named in a schema, and gives what stands for it.
 * @param referenced the schemas of other subjects by the names that they are known by
 * @throws Error when something that is referred to is not there
 */
export function jsonDeclarations(
  schema: unknown,
  referenced: ReadonlyMap<string, unknown>,
  rootName: string,
  all: Declarations,
): string {
  const typeText = (given: JsonSchema | boolean, place: Place, indent: string): string => {
    if (typeof given === 'boolean') return given ? 'unknown' : 'never';
    if (given.$ref !== undefined) return referredText(given.$ref, place);
    if ('const' in given) return literalText(given.const);
    if (given.enum !== undefined) return unionText(given.enum.map(literalText));
    const parts = [
      ...(given.allOf ?? []).map((one) => bracketed(typeText(one, place, indent))),
      ...[given.anyOf, given.oneOf].flatMap((some) =>
        some === undefined ? [] : [bracketed(unionText(some.map((one) => typeText(one, place, indent))))],
      ),
    ];
    const own = ownText(given, place, indent);
    if (own !== 'unknown' || parts.length === 0) parts.unshift(parts.length === 0 ? own : bracketed(own));
    return parts.length === 1 ? unbracketed(parts[0]!) : parts.join(' & ');
  };

  const ownText = (given: JsonSchema, place: Place, indent: string): string => {
    const kinds = given.type === undefined ? kindsOf(given) : [given.type].flat();
    if (kinds.length === 0) return 'unknown';
    return unionText(kinds.map((kind) => kindText(kind, given, place, indent)));
  };

  const kindText = (kind: string, given: JsonSchema, place: Place, indent: string): string => {
    switch (kind) {
      case 'string':
      case 'boolean':
      case 'null':
      case 'number':
        return kind;
      case 'integer':
        return 'number';
      case 'array':
        return itemsText(given.items, place, indent);
      case 'object':
        return propertiesText(given, place, indent);
      default:
        return 'unknown';
    }
  };

  const itemsText = (items: JsonSchema['items'], place: Place, indent: string): string => {
    if (items === undefined) return arrayText('unknown');
    // One for each place: later ones are free.
    if (isList(items)) return arrayText(unionText(items.map((one) => typeText(one, place, indent))));
    return arrayText(typeText(items, place, indent));
  };

  const propertiesText = (given: JsonSchema, place: Place, indent: string): string => {
    if (given.properties === undefined) {
      const { additionalProperties: values = true } = given;
      return mapText(typeText(values, place, indent));
    }
    return objectText(propertiesOf(given, place, `${indent}  `), indent);
  };

  const propertiesOf = ({ properties = {}, required = [] }: JsonSchema, place: Place, indent: string): Property[] =>
    Object.entries(properties).map(([name, one]) => ({
      name,
      type: typeText(one, place, indent),
      doc: typeof one === 'boolean' ? undefined : one.description,
      optional: !required.includes(name),
    }));

  const referredText = (reference: string, place: Place): string => {
    const [file = '', path = ''] = reference.split('#');
    const found = file === '' || file === place.root.$id ? place : placeOf(file);
    const key = `${found.name}#${path}`;
    const last = path.slice(path.lastIndexOf('/') + 1);
    return declared(within(found.root, path, reference), { ...found }, key, last === '' ? found.name : last);
  };

  const placeOf = (file: string): Place => {
    const root = referenced.get(file);
    if (typeof root !== 'object' || root === null) throw new Error(`it refers to ${file}, which is not known`);
    const schemaOf = root as JsonSchema;
    return { root: schemaOf, name: schemaOf.title ?? file.replace(/^.*\//, '').replace(/\.json$/, '') };
  };

  const declared = (given: JsonSchema | boolean, place: Place, key: string, last: string): string => {
    const known = all.has(key);
    const name = all.nameFor(key, last);
    if (known) return name;
    const write = all.reserve();
    const doc = typeof given === 'boolean' ? undefined : given.description;
    if (typeof given === 'object' && isPlainObject(given)) {
      write(interfaceText(name, propertiesOf(given, place, '  '), doc));
    } else {
      write(aliasText(name, typeText(given, place, ''), doc));
    }
    return name;
  };

  const root = schema as JsonSchema;
  const title = typeof root === 'object' ? (root.title ?? rootName) : rootName;
  return declared(root, { root, name: title }, `${title}#`, title);
}

function isList(items: JsonSchema['items']): items is readonly (JsonSchema | boolean)[] {
  return Array.isArray(items);
}

/** What a schema without a type is about. */
function kindsOf({ properties, additionalProperties, items }: JsonSchema): readonly string[] {
  if (properties !== undefined || additionalProperties !== undefined) return ['object'];
  return items === undefined ? [] : ['array'];
}

function isPlainObject(given: JsonSchema): boolean {
  const { $ref, enum: values, anyOf, oneOf, allOf, properties, type } = given;
  const other = [$ref, values, anyOf, oneOf, allOf].some((one) => one !== undefined) || 'const' in given;
  return !other && properties !== undefined && (type === undefined || type === 'object');
}

function within(root: JsonSchema, path: string, reference: string): JsonSchema | boolean {
  if (path !== '' && !path.startsWith('/')) throw new Error(`it refers to ${reference}: only paths are followed`);
  let found: unknown = root;
  for (const part of path.split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  if (typeof found !== 'boolean' && (typeof found !== 'object' || found === null)) {
    throw new Error(`it refers to ${reference}, which is not there`);
  }
  return found;
}

function literalText(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' ? literal(value) : 'unknown';
}

function bracketed(type: string): string {
  return / \| /.test(type) ? `(${type})` : type;
}

function unbracketed(type: string): string {
  return type.startsWith('(') && type.endsWith(')') ? type.slice(1, -1) : type;
}
