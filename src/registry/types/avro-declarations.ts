/** TypeScript for a schema of Avro, as the serde gives its values. */
import type { AvroType } from '../avro-type.js';
import {
  aliasText,
  arrayText,
  interfaceText,
  literal,
  mapText,
  propertyName,
  unionText,
  type Declarations,
} from './declarations.js';

/** What the library says of a type beyond what is needed to read and write. */
interface Described extends AvroType {
  readonly doc?: string;
  readonly branchName?: string;
  readonly symbols?: readonly string[];
  readonly fields?: readonly { readonly name: string; readonly doc?: string; readonly type: Described }[];
  readonly types?: readonly Described[];
  readonly itemsType?: Described;
  readonly valuesType?: Described;
  readonly underlyingType?: Described;
}

const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['null', 'null'],
  ['boolean', 'boolean'],
  ['int', 'number'],
  ['float', 'number'],
  ['double', 'number'],
  ['string', 'string'],
  ['bytes', 'Buffer'],
  ['fixed', 'Buffer'],
]);

/** Declares what is named in a type, and gives what stands for it. */
export function avroDeclarations(root: AvroType, longs: 'exact' | 'bigint', all: Declarations): string {
  const long = longs === 'bigint' ? 'bigint' : 'number | bigint';

  const typeText = (type: Described): string => {
    const kind = type.typeName.replace('abstract:', '');
    if (kind.startsWith('logical:')) return logicalText(type);
    if (kind === 'long') return long;
    const primitive = PRIMITIVES.get(kind);
    if (primitive !== undefined) return primitive;
    if (kind === 'array') return arrayText(typeText(type.itemsType!));
    if (kind === 'map') return mapText(typeText(type.valuesType!));
    if (kind === 'union:unwrapped') return unionText(type.types!.map(typeText));
    if (kind === 'union:wrapped') return unionText(type.types!.map(branchText));
    return named(type);
  };

  // Branches that JavaScript cannot tell apart are objects with the name of the branch.
  const branchText = (type: Described): string =>
    type.typeName === 'null' ? 'null' : `{ readonly ${propertyName(type.branchName ?? '')}: ${typeText(type)} }`;

  const named = (type: Described): string => {
    const fullName = type.name ?? 'Value';
    const known = all.has(fullName);
    const name = all.nameFor(fullName, fullName.slice(fullName.lastIndexOf('.') + 1));
    if (known) return name;
    const write = all.reserve();
    if (type.symbols !== undefined) {
      write(aliasText(name, unionText(type.symbols.map(literal)), type.doc));
    } else {
      const properties = (type.fields ?? []).map((field) => ({ ...field, doc: field.doc, type: typeText(field.type) }));
      write(interfaceText(name, properties, type.doc));
    }
    return name;
  };

  return typeText(root);
}

/** Those that the serde knows: dates are numbers of Avro, decimals are bytes. */
function logicalText({ underlyingType }: Described): string {
  const kind = underlyingType!.typeName.replace('abstract:', '');
  return kind === 'int' || kind === 'long' ? 'Date' : 'string';
}
