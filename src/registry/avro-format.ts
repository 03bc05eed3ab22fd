/** Avro, by the library avsc, which comes with the package of the registry. */
import { kindAndSize } from '../errors/kind-and-size.js';
import { reasonOf } from '../errors/shown-value.js';
import { parseExact, stringifyExact } from '../serde/exact-json.js';
import { resolverOf, withLenientUnions } from './avro-resolution.js';
import type { AvroType } from './avro-type.js';
import { avroOptions, type AvroChoices, type AvroLibrary, type AvroOptions } from './avro-types.js';
import type { SchemaCodec, CompleteSchema, SchemaFormat } from './format.js';
import { fromPackage } from './kafkajs-package.js';
import { HEAD_BYTES, withSchemaId } from './wire-format.js';

const SCRATCH_BYTES = 64 * 1024;

class AvroCodec implements SchemaCodec {
  readonly name: string | null;
  private scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

  constructor(
    private readonly type: AvroType,
    private readonly resolver: unknown,
  ) {
    this.name = type.name ?? null;
  }

  encode(value: unknown, id: number): Buffer {
    let end: number;
    try {
      end = this.type.encode(value, this.scratch, 0);
      if (end < 0) {
        // So many bytes were missing.
        this.scratch = Buffer.allocUnsafe(2 * (this.scratch.length - end));
        end = this.type.encode(value, this.scratch, 0);
      }
    } catch (cause) {
      throw new Error(misfitOf(this.type, value) ?? withoutContent(cause));
    }
    const bytes = withSchemaId(id, end);
    this.scratch.copy(bytes, HEAD_BYTES, 0, end);
    return bytes;
  }

  decode(buffer: Buffer, start: number, end: number): unknown {
    // Not a part of the buffer, which would be one more object a record: whoever reads on beyond the end is told by where it stops.
    let read: { readonly value: unknown; readonly offset: number };
    try {
      read = this.type.decode(buffer, start + HEAD_BYTES, this.resolver);
    } catch (cause) {
      throw new Error(withoutContent(cause));
    }
    const { value, offset } = read;
    if (offset === end) return value;
    throw new Error(offset < 0 || offset > end ? 'they end too early' : `${String(end - offset)} bytes are left over`);
  }
}

export class AvroFormat implements SchemaFormat {
  readonly type = 'AVRO';
  private readonly library: AvroLibrary;

  private readonly newOptions: () => AvroOptions;

  constructor(choices: AvroChoices) {
    this.library = fromPackage('avsc') as AvroLibrary;
    this.newOptions = avroOptions(this.library, choices);
  }

  writer(schema: CompleteSchema): SchemaCodec {
    return new AvroCodec(this.typeOf(schema), undefined);
  }

  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec {
    if (own === null || isSame(own, written)) return new AvroCodec(this.typeOf(written), undefined);
    const writer = this.typeOf(written, true);
    const reader = this.typeOf(named(own, writer));
    return new AvroCodec(reader, resolverOf(reader, writer));
  }

  /**
   * @param lenient a union of it can be read where one of its branches can
   * @throws Error when the schema is not valid
   */
  typeOf(complete: CompleteSchema, lenient = false): AvroType {
    try {
      return this.made(complete, lenient, JSON.parse);
    } catch (error) {
      // A default may be a long that JSON.parse rounds, which no long then takes; a double takes no bigint, so that comes second.
      try {
        return this.made(complete, lenient, parseExact);
      } catch {
        throw error;
      }
    }
  }

  private made({ schema, referenced }: CompleteSchema, lenient: boolean, parse: (text: string) => unknown): AvroType {
    const { Type } = this.library;
    const plain = this.newOptions();
    const makeType = (part: unknown, options: object): AvroType => Type.forSchema(part, options);
    const options = lenient ? { ...plain, typeHook: withLenientUnions(plain.typeHook, makeType) } : plain;
    for (const one of referenced) makeType(parse(one.schema), options);
    return makeType(parse(schema), options);
  }
}

function isSame(own: CompleteSchema, written: CompleteSchema): boolean {
  const { referenced } = written;
  return (
    own.schema === written.schema &&
    own.referenced.length === referenced.length &&
    own.referenced.every(({ name, schema }, i) => name === referenced[i]?.name && schema === referenced[i].schema)
  );
}

/** As in Java the outermost records may have different names. */
function named(own: CompleteSchema, { name }: AvroType): CompleteSchema {
  const parsed = parseExact(own.schema);
  const isRecord = typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'record';
  if (!isRecord || name === undefined) return own;
  const { aliases = [] } = parsed as { readonly aliases?: readonly string[] };
  return { ...own, schema: stringifyExact({ ...parsed, aliases: [...aliases, name] }) ?? own.schema };
}

/** What the library says, without what stands there behind a colon: a part of the value or of the bytes. */
function withoutContent(thrown: unknown): string {
  return reasonOf(thrown).replace(/: [^]*$/, '');
}

/** Which part of a value does not fit, and what it should be; null when each part does. */
function misfitOf(type: AvroType, value: unknown): string | null {
  let told: string | null = null;
  type.isValid(value, {
    errorHook: (path, part, expected) => {
      told ??= `${placeText(path, type)}${kindAndSize(part, ...wholeNumbers(expected))} is not ${expectedText(expected)}`;
    },
  });
  return told;
}

/** `lines[0].price: `; a key of a map, which is content of the record, by its size. */
function placeText(path: readonly string[], root: Expected): string {
  let text = '';
  let types = branches(root);
  for (const step of path) {
    const named = types.flatMap((type) => [
      ...(type.fields ?? []).filter(({ name }) => name === step).map((field) => field.type),
      ...((type.name ?? type.typeName) === step ? [type] : []),
    ]);
    const items = /^\d+$/.test(step) ? types.flatMap(({ itemsType = [] }) => itemsType) : [];
    if (named.length > 0) text += `${text === '' ? '' : '.'}${step}`;
    else text += `[${items.length > 0 ? step : kindAndSize(step)}]`;
    const next =
      named.length > 0 ? named : items.length > 0 ? items : types.flatMap(({ valuesType = [] }) => valuesType);
    types = next.flatMap(branches);
  }
  return text === '' ? '' : `${text}: `;
}

function branches(type: Expected): readonly Expected[] {
  return type.types ?? [type];
}

interface Expected extends AvroType {
  readonly fields?: readonly { readonly name: string; readonly type: Expected }[];
  readonly itemsType?: Expected;
  readonly valuesType?: Expected;
  readonly types?: readonly Expected[];
  readonly symbols?: readonly string[];
  readonly precision?: number;
  readonly scale?: number;
  readonly size?: number;
}

/** Which whole numbers are expected; none where others fit too. */
function wholeNumbers({ typeName, types = [] }: Expected): readonly [least: number, most: number] | readonly [] {
  if (types.length > 0) return types.map(wholeNumbers).find((one) => one.length > 0) ?? [];
  if (typeName === 'int') return [-(2 ** 31), 2 ** 31 - 1];
  return typeName.endsWith('long') ? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : [];
}

/** What such a type is in JavaScript, where its name does not say it. */
const FORMS: Readonly<Record<string, string>> = { map: 'an object', bytes: 'a Buffer' };

function expectedText({ name, typeName, types, symbols, precision, scale, size }: Expected): string {
  if (types !== undefined) return types.map(expectedText).join(' or ');
  if (symbols !== undefined) return `one of ${symbols.join(', ')}`;
  const kind = typeName.replace(/^(?:abstract|logical):/, '');
  if (precision !== undefined)
    return `a text of ${String(precision)} digits, ${String(scale)} of them behind the point`;
  if (size !== undefined) return `a Buffer of ${String(size)} bytes`;
  if (kind !== typeName && kind !== 'long') return `a Date, for ${kind}`;
  return `${FORMS[kind] === undefined ? '' : `${FORMS[kind]}, for `}${kind}${name === undefined ? '' : ` ${name}`}`;
}
