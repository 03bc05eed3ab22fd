/** The file of TypeScript that stands for one subject of a registry. */
import { reasonOf } from '../../errors/shown-value.js';
import { AvroFormat } from '../avro-format.js';
import type { AvroChoices } from '../avro-types.js';
import type { CompleteSchema } from '../format.js';
import { ProtobufFormat } from '../protobuf-format.js';
import { avroDeclarations } from './avro-declarations.js';
import { aliasText, Declarations, pascalCase } from './declarations.js';
import { jsonDeclarations } from './json-declarations.js';
import { protobufDeclarations } from './protobuf-declarations.js';

/** What is written of a schema. */
export interface TypeChoices extends AvroChoices {
  /** Types alone, for a `.d.ts`; else the schema is in the file too, to be given to a serde. */
  readonly declarations: boolean;
}

const FORMAT_NAMES = { AVRO: 'Avro', PROTOBUF: 'Protobuf', JSON: 'JSON Schema' } as const;

/**
 * Types for the values under a subject, as a serde with the same choices gives them, with the docs of the schema. It says nothing of versions
 * and ids, which differ from registry to registry.
 * @throws Error when the schema is not valid
 */
export function subjectFile(subject: string, schema: CompleteSchema, choices: TypeChoices): string {
  const all = new Declarations();
  const rootName = pascalCase(subject);
  let root: string;
  try {
    root = rootType(rootName, schema, choices, all);
  } catch (cause) {
    throw new Error(`the schema of ${subject} cannot be read: ${reasonOf(cause)}`, { cause });
  }
  const parts = [
    `/* Types of ${subject} (${FORMAT_NAMES[schema.type]}), written by millrace schemas pull: do not edit. */\n`,
    all.text,
    // A root that has no name of its own gets that of the subject.
    ...(/^\w+$/.test(root) && all.text.includes(` ${root} `) ? [] : [aliasText(rootName, root)]),
    ...(choices.declarations ? [] : [schemaText(schema)]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function rootType(rootName: string, schema: CompleteSchema, choices: TypeChoices, all: Declarations): string {
  switch (schema.type) {
    case 'AVRO':
      return avroDeclarations(new AvroFormat(choices).typeOf(schema), choices.longs ?? 'exact', all);
    case 'PROTOBUF':
      return protobufDeclarations(new ProtobufFormat(null).messagesOf(schema).values(), all);
    case 'JSON': {
      const referenced = new Map(schema.referenced.map((one) => [one.name, JSON.parse(one.schema) as unknown]));
      return jsonDeclarations(JSON.parse(schema.schema), referenced, rootName, all);
    }
  }
}

function schemaText({ type, schema, references }: CompleteSchema): string {
  const text =
    type === 'PROTOBUF'
      ? `\`${schema.replace(/[\\`]|\$\{/g, (special) => `\\${special}`)}\``
      : JSON.stringify(JSON.parse(schema), null, 2);
  const listed =
    references.length === 0 ? '' : `\nexport const references = ${JSON.stringify(references, null, 2)} as const;\n`;
  return `export const schema = ${text};\n${listed}`;
}
