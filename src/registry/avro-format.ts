/** Avro, by the library avsc, which comes with the package of the registry. */
import { avroOptions, type AvroChoices, type AvroLibrary, type AvroType } from './avro-types.js';
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
    let end = this.type.encode(value, this.scratch, 0);
    if (end < 0) {
      // So many bytes were missing.
      this.scratch = Buffer.allocUnsafe(2 * (this.scratch.length - end));
      end = this.type.encode(value, this.scratch, 0);
    }
    const bytes = withSchemaId(id, end);
    this.scratch.copy(bytes, HEAD_BYTES, 0, end);
    return bytes;
  }

  decode(buffer: Buffer, start: number, end: number): unknown {
    // Not a part of the buffer, which would be one more object a record: whoever reads on beyond the end is told by where it stops.
    const { value, offset } = this.type.decode(buffer, start + HEAD_BYTES, this.resolver);
    if (offset === end) return value;
    throw new Error(offset < 0 || offset > end ? 'they end too early' : `${String(end - offset)} bytes are left over`);
  }
}

export class AvroFormat implements SchemaFormat {
  readonly type = 'AVRO';
  private readonly library: AvroLibrary;

  private readonly newOptions: () => object;

  constructor(choices: AvroChoices) {
    this.library = fromPackage('avsc') as AvroLibrary;
    this.newOptions = avroOptions(this.library, choices);
  }

  writer(schema: CompleteSchema): SchemaCodec {
    return new AvroCodec(this.typeOf(schema), undefined);
  }

  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec {
    const writer = this.typeOf(written);
    if (own === null) return new AvroCodec(writer, undefined);
    const reader = this.typeOf(own);
    return new AvroCodec(reader, reader.createResolver(writer));
  }

  /** @throws Error when the schema is not valid */
  typeOf({ schema, referenced }: CompleteSchema): AvroType {
    const options = this.newOptions();
    for (const one of referenced) this.library.Type.forSchema(JSON.parse(one.schema), options);
    return this.library.Type.forSchema(JSON.parse(schema), options);
  }
}
