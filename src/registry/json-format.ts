/** JSON Schema, by the library ajv, which comes with the package of the registry. */
import { decodeUtf8, encodeUtf8 } from '../record/utf8.js';
import type { SchemaCodec, CompleteSchema, SchemaFormat } from './format.js';
import { fromPackage } from './kafkajs-package.js';
import { HEAD_BYTES, withSchemaId } from './wire-format.js';

interface Validate {
  (value: unknown): boolean;
  readonly errors?:
    readonly { readonly instancePath?: string; readonly dataPath?: string; readonly message?: string }[] | null;
}
interface Ajv {
  addSchema(schema: unknown, key: string): void;
  compile(schema: unknown): Validate;
}
type AjvClass = new (options: object) => Ajv;

const MOST_PROBLEMS = 3;

class JsonCodec implements SchemaCodec {
  constructor(
    readonly name: string | null,
    private readonly validate: Validate,
  ) {}

  encode(value: unknown, id: number): Buffer {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new Error('it has no JSON text');
    // What is checked is what a reader will see: dates are texts by now.
    this.check(JSON.parse(text));
    const json = encodeUtf8(text);
    const bytes = withSchemaId(id, json.length);
    json.copy(bytes, HEAD_BYTES);
    return bytes;
  }

  decode(buffer: Buffer, start: number, end: number): unknown {
    const value: unknown = JSON.parse(decodeUtf8(buffer, start + HEAD_BYTES, end));
    this.check(value);
    return value;
  }

  private check(value: unknown): void {
    if (this.validate(value)) return;
    const problems = (this.validate.errors ?? []).slice(0, MOST_PROBLEMS).map((one) => {
      const path = (one.instancePath ?? one.dataPath ?? '').replace(/^\//, '').replaceAll('/', '.');
      return path === '' ? (one.message ?? '') : `${path}: ${one.message ?? ''}`;
    });
    throw new Error(problems.join('; '));
  }
}

export class JsonSchemaFormat implements SchemaFormat {
  readonly type = 'JSON';
  private readonly ajv: AjvClass;

  constructor() {
    const loaded = fromPackage('ajv') as AjvClass | { default: AjvClass };
    this.ajv = 'default' in loaded ? loaded.default : loaded;
  }

  writer(schema: CompleteSchema): SchemaCodec {
    return this.codec(schema);
  }

  /** JSON has no other form than the one it was written in: it must fit the own schema, or the written one where there is none. */
  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec {
    return this.codec(own ?? written);
  }

  private codec({ schema, referenced }: CompleteSchema): SchemaCodec {
    const ajv = new this.ajv({ strict: false, validateFormats: false });
    for (const one of referenced) ajv.addSchema(JSON.parse(one.schema), one.name);
    const parsed = JSON.parse(schema) as { title?: unknown } | boolean;
    const title = typeof parsed === 'object' ? parsed.title : undefined;
    return new JsonCodec(typeof title === 'string' ? title : null, ajv.compile(parsed));
  }
}
