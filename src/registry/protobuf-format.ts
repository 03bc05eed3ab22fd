/** Protobuf, by the library protobufjs, which comes with the package of the registry. */
import { reasonOf } from '../errors/shown-value.js';
import type { SchemaCodec, CompleteSchema, SchemaFormat } from './format.js';
import { fromPackage } from './kafkajs-package.js';
import { addKnownFile } from './protobuf-files.js';
import { typesWithLongKeys, withLongKeys } from './protobuf-keys.js';
import { encodeIndexes, endOfIndexes, readIndexes } from './message-indexes.js';
import type { ProtoLibrary, ProtoNamespace, ProtoReader, ProtoType } from './protobuf-library.js';
import { plainValue, toMessage } from './protobuf-values.js';
import { HEAD_BYTES, withSchemaId } from './wire-format.js';

/** What an object shows of a message: all fields that are not optional, names of enum values. */
const SHOWN = Object.freeze({ defaults: true, arrays: true, objects: true, enums: String });
const OPTIONS = Object.freeze({ keepCase: false, alternateCommentMode: true });

/** The messages of a file, by their indexes. */
type Messages = ReadonlyMap<string, ProtoType>;

class ProtobufCodec implements SchemaCodec {
  readonly name: string;
  private readonly indexes: Buffer;
  /** One for all records: they are read one after the other. */
  private readonly reader: ProtoReader;
  private readonly longKeys: ReadonlySet<ProtoType>;

  constructor(
    private readonly library: ProtoLibrary,
    /** What is written. */
    private readonly type: ProtoType,
    path: string,
    /** What is read, by the indexes of a record; null: always `type`. */
    private readonly messages: Messages | null,
    /** Those that are not, with why not. */
    private readonly refused: ReadonlyMap<string, string> = new Map(),
  ) {
    this.longKeys = typesWithLongKeys(messages === null ? [type] : messages.values());
    this.name = type.fullName.replace(/^\./, '');
    this.reader = library.Reader.create(Buffer.alloc(0));
    this.indexes = encodeIndexes(path.split(',').map(Number));
  }

  encode(value: unknown, id: number): Buffer {
    const { indexes, type } = this;
    const message = type.encode(toMessage(type, value, this.library.util.Long)).finish();
    const bytes = withSchemaId(id, indexes.length + message.length);
    indexes.copy(bytes, HEAD_BYTES);
    bytes.set(message, HEAD_BYTES + indexes.length);
    return bytes;
  }

  decode(buffer: Buffer, start: number, end: number): unknown {
    const path = readIndexes(buffer, start + HEAD_BYTES, end);
    const type = this.messages === null ? this.type : this.messages.get(path);
    if (type === undefined) {
      throw new Error(this.refused.get(path) ?? `the schema has no message with the indexes ${path}`);
    }
    const { reader, longKeys } = this;
    const { util } = this.library;
    reader.buf = buffer;
    reader.pos = endOfIndexes();
    reader.len = end;
    const message = type.decode(reader, end - reader.pos);
    const value = plainValue(type.toObject(message, SHOWN), util.Long);
    return longKeys.size === 0 ? value : withLongKeys(type, value, longKeys, util);
  }
}

export class ProtobufFormat implements SchemaFormat {
  readonly type = 'PROTOBUF';
  private readonly library: ProtoLibrary;

  /** @param message name of the message, within its package; null: the first one of the file */
  constructor(private readonly message: string | null) {
    this.library = fromPackage('protobufjs') as ProtoLibrary;
  }

  writer(schema: CompleteSchema): SchemaCodec {
    const [path, type] = this.chosen(this.messagesOf(schema));
    return new ProtobufCodec(this.library, type, path, null);
  }

  reader(written: CompleteSchema, own: CompleteSchema | null): SchemaCodec {
    // Fields have numbers: whatever another version wrote is read with the own one as far as it goes.
    if (own !== null) return this.ownReader(written, own);
    const messages = this.messagesOf(written);
    const [path, type] = [...messages][0] as [string, ProtoType];
    return new ProtobufCodec(this.library, type, path, messages);
  }

  private ownReader(written: CompleteSchema, own: CompleteSchema): SchemaCodec {
    const messages = this.messagesOf(own);
    const [path, type] = this.chosen(messages);
    const names = new Set(Array.from(messages.values(), ({ fullName }) => fullName));
    const readable = new Map<string, ProtoType>();
    const refused = new Map<string, string>();
    for (const [at, { fullName }] of this.messagesOf(written)) {
      // Under another name it may be the same message; where both are known, it is another one.
      if (fullName === type.fullName || !names.has(fullName)) readable.set(at, type);
      else refused.set(at, `they are a ${fullName.slice(1)}, and the serde reads ${type.fullName.slice(1)}`);
    }
    return new ProtobufCodec(this.library, type, path, readable, refused);
  }

  private chosen(messages: Messages): [path: string, type: ProtoType] {
    const { message } = this;
    for (const [path, type] of messages) {
      if (message === null || type.fullName === `.${message}` || type.fullName.endsWith(`.${message}`))
        return [path, type];
    }
    throw new Error(`the schema has no message ${message ?? ''}`);
  }

  /** @throws Error when the schema is not valid, or has no message */
  messagesOf({ schema, referenced }: CompleteSchema): Messages {
    const { library } = this;
    const root = new library.Root();
    const imports = new Set<string>();
    for (const source of [...referenced.map((one) => one.schema), schema]) {
      for (const file of library.parse(source, root, OPTIONS).imports ?? []) imports.add(file);
    }
    const given = new Set(referenced.map((one) => one.name));
    const missing = [...imports].filter((file) => !addKnownFile(library, root, file) && !given.has(file));
    try {
      root.resolveAll();
    } catch (cause) {
      if (missing.length === 0) throw cause;
      throw new Error(`${reasonOf(cause)}; it imports ${missing.join(', ')}, which its references do not name`, {
        cause,
      });
    }
    // Alone, to know which messages are this file's, and in which order.
    const alone = new library.Root();
    const { package: name } = library.parse(schema, alone, OPTIONS);
    const found = new Map<string, ProtoType>();
    const collect = (space: ProtoNamespace, before: string): void => {
      const types = space.nestedArray.filter((one): one is ProtoType => one instanceof library.Type);
      types.forEach((type, i) => {
        const path = `${before}${String(i)}`;
        found.set(path, root.lookupType(type.fullName));
        collect(type, `${path},`);
      });
    };
    collect(name === undefined ? alone : (alone.lookup(name) ?? alone), '');
    if (found.size === 0) throw new Error('the schema has no message');
    return found;
  }
}
