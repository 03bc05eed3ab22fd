/** JSON Schema, by the library ajv, which comes with the package of the registry. */
import { decodeUtf8, encodeUtf8 } from '../record/utf8.js';
import { parseExact, stringifyExact } from '../serde/exact-json.js';
import { parseJson } from '../serde/json-text.js';
import type { SchemaCodec, CompleteSchema, SchemaFormat } from './format.js';
import { fromPackage, PACKAGE } from './kafkajs-package.js';
import { HEAD_BYTES, withSchemaId } from './wire-format.js';

interface Validate {
  (value: unknown): boolean;
  readonly errors?:
    | readonly {
        readonly instancePath?: string;
        readonly dataPath?: string;
        readonly message?: string;
        /** What the message leaves out: which property there is too much, which values are allowed. */
        readonly params?: { readonly additionalProperty?: string; readonly allowedValues?: readonly unknown[] };
      }[]
    | null;
}
interface Ajv {
  addSchema(schema: unknown, key: string): void;
  addMetaSchema(schema: unknown): void;
  compile(schema: unknown): Validate;
}
type AjvClass = new (options: object) => Ajv;

const MOST_PROBLEMS = 3;
/** A whole number that a number may not hold; digits behind a point are others. */
const LARGE = /(?<![.\d])\d{16}/;

class JsonCodec implements SchemaCodec {
  constructor(
    readonly name: string | null,
    private readonly validate: Validate,
  ) {}

  encode(value: unknown, id: number): Buffer {
    const text = stringifyExact(value);
    if (text === undefined) throw new Error('it has no JSON text');
    // What is checked is what a reader will see: dates are texts by now.
    this.check(JSON.parse(text));
    const json = encodeUtf8(text);
    const bytes = withSchemaId(id, json.length);
    json.copy(bytes, HEAD_BYTES);
    return bytes;
  }

  decode(buffer: Buffer, start: number, end: number): unknown {
    const text = decodeUtf8(buffer, start + HEAD_BYTES, end);
    const value = parseJson(text);
    this.check(value);
    // The schema knows no bigints.
    return LARGE.test(text) ? parseExact(text) : value;
  }

  private check(value: unknown): void {
    if (this.validate(value)) return;
    const problems = (this.validate.errors ?? []).slice(0, MOST_PROBLEMS).map((one) => {
      const path = (one.instancePath ?? one.dataPath ?? '').replace(/^\//, '').replaceAll('/', '.');
      const { additionalProperty, allowedValues } = one.params ?? {};
      const more = additionalProperty ?? allowedValues?.map((allowed) => JSON.stringify(allowed)).join(', ');
      const text = `${one.message ?? ''}${more === undefined ? '' : ` (${more})`}`;
      return path === '' ? text : `${path}: ${text}`;
    });
    throw new Error(problems.join('; '));
  }
}

/** Of what a draft needs beyond draft 7, the module of the library that has it. */
const DRAFTS: readonly (readonly [name: RegExp, module: string, isMeta: boolean])[] = [
  [/\/draft-06\//, 'ajv/dist/refs/json-schema-draft-06.json', true],
  [/\/2019-09\//, 'ajv/dist/2019', false],
  [/\/2020-12\//, 'ajv/dist/2020', false],
];

export class JsonSchemaFormat implements SchemaFormat {
  readonly type = 'JSON';

  writer(schema: CompleteSchema): SchemaCodec {
    return this.codec(schema);
  }

  /** JSON has no other form than the one it was written in: it must fit the own schema, or the written one where there is none. */
  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec {
    return this.codec(own ?? written);
  }

  private codec({ schema, referenced }: CompleteSchema): SchemaCodec {
    const parsed = JSON.parse(schema) as { readonly title?: unknown; readonly $schema?: unknown } | boolean;
    const ajv = ajvFor(typeof parsed === 'object' ? parsed.$schema : undefined);
    for (const one of referenced) ajv.addSchema(JSON.parse(one.schema), one.name);
    const title = typeof parsed === 'object' ? parsed.title : undefined;
    return new JsonCodec(typeof title === 'string' ? title : null, ajv.compile(parsed));
  }
}

function ajvFor(draft: unknown): Ajv {
  const options = { strict: false, validateFormats: false };
  const found = DRAFTS.find(([name]) => typeof draft === 'string' && name.test(draft));
  if (found === undefined) {
    if (typeof draft === 'string' && draft.includes('draft-04')) throw new Error(unknownDraft(draft));
    return new (ajvClass(fromPackage('ajv')))(options);
  }
  const [, name, isMeta] = found;
  let loaded: unknown;
  try {
    loaded = fromPackage(name);
  } catch (cause) {
    throw new Error(unknownDraft(draft as string), { cause });
  }
  if (!isMeta) return new (ajvClass(loaded))(options);
  const ajv = new (ajvClass(fromPackage('ajv')))(options);
  ajv.addMetaSchema(loaded);
  return ajv;
}

function ajvClass(loaded: unknown): AjvClass {
  return typeof loaded === 'function' ? (loaded as AjvClass) : (loaded as { readonly default: AjvClass }).default;
}

function unknownDraft(draft: string): string {
  return `the draft of its $schema, ${draft}, is not one that this version of ${PACKAGE} knows: 3 knows drafts 6, 7 and 2019-09, 4 (Node 22) also 2020-12`;
}
