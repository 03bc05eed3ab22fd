/** A serde whose schemas are in a registry. Records are read and written synchronously; schemas are fetched before, or in between. */
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import type { Headers } from '../record/headers.js';
import { NotReady } from '../serde/not-ready.js';
import type { Serde } from '../serde/serde.js';
import { undecodable, unencodable } from '../serde/serde-error.js';
import type { SchemaCodec, CompleteSchema, SchemaFormat } from './format.js';
import { RegistryRefusal, type SchemaText } from './registry-client.js';
import { whenThere, type Schemas } from './schemas.js';
import { subjectOf, type SubjectStrategy } from './subjects.js';
import { schemaIdAt } from './wire-format.js';

type Eventual<T> = T | Promise<T>;

/** What a serde does with the registry, with all defaults in their places. */
export interface SerdeSettings {
  readonly format: SchemaFormat;
  readonly schemas: Schemas;
  /** The application's own; null: the latest of the subject is written, and all is read as it was written. */
  readonly own: SchemaText | null;
  /** What is read is brought into the form of the application's own schema. */
  readonly readsAsOwn: boolean;
  readonly subject: SubjectStrategy;
  readonly autoRegister: boolean;
  readonly useLatest: boolean;
  readonly normalize: boolean;
}

interface Writer {
  readonly id: number;
  readonly codec: SchemaCodec;
}

/** An id that is not known is not asked for again for so long. */
const REFUSED_FOR_MS = 10_000;

/** Something that could not be had; it is told until the time is over, or once. */
class Failure {
  constructor(
    readonly error: unknown,
    private readonly until: number,
  ) {}

  get lasts(): boolean {
    return performance.now() < this.until;
  }
}

function failureOf(error: unknown): Failure {
  return new Failure(error, error instanceof RegistryRefusal ? performance.now() + REFUSED_FOR_MS : 0);
}

export class RegistrySerde<T> implements Serde<T> {
  /** In all formats, fields of bytes are copies. */
  readonly keepsNoBytes = true;
  private readonly readers = new Map<number, SchemaCodec | Failure | Promise<void>>();
  private readonly writers = new Map<string, Writer | Failure | Promise<void>>();
  /** What the last record needed: the next one mostly needs the same. */
  private lastReader: SchemaCodec | null = null;
  private lastId = -1;
  private lastWriter: Writer | null = null;
  private lastTopic = '';
  private ofKeys: RegistrySerde<T> | null = null;

  constructor(
    private readonly settings: SerdeSettings,
    private readonly part: 'key' | 'value',
  ) {}

  /** Subjects are told apart by it. */
  readonly forKeys = (): Serde<T> =>
    this.part === 'key' ? this : (this.ofKeys ??= new RegistrySerde<T>(this.settings, 'key'));

  readonly prepare = (topic: string, use: 'read' | 'write' | 'store'): Promise<void> | undefined => {
    if (use === 'read') return undefined;
    const writer = this.prepareWriter(topic);
    if (use === 'write') return writer;
    // Nobody can wait for a schema where a store is read in the midst of a record.
    return (writer ?? Promise.resolve()).then(() => this.prepareReaders(topic));
  };

  serialize(value: T, topic: string): Buffer {
    const writer = topic === this.lastTopic && this.lastWriter !== null ? this.lastWriter : this.writerFor(topic);
    try {
      return writer.codec.encode(value, writer.id);
    } catch (cause) {
      throw MillraceError.is(cause) ? cause : unencodable(`a value does not fit its schema: ${reasonOf(cause)}`, cause);
    }
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): T {
    return this.deserializeRange(bytes, 0, bytes.length, topic, headers);
  }

  deserializeRange(buffer: Buffer, start: number, end: number, _topic: string, _headers?: Headers): T {
    const id = schemaIdAt(buffer, start, end);
    const reader = id === this.lastId && this.lastReader !== null ? this.lastReader : this.readerFor(id);
    try {
      return reader.decode(buffer, start, end) as T;
    } catch (cause) {
      if (MillraceError.is(cause)) throw cause;
      throw undecodable(`the bytes do not fit their schema ${String(id)}: ${reasonOf(cause)}`, cause);
    }
  }

  /** @throws NotReady while the schema is being fetched; MillraceError when it cannot be had */
  private readerFor(id: number): SchemaCodec {
    let found = this.readers.get(id);
    if (found === undefined) {
      this.fetchReader(id);
      found = this.readers.get(id);
    }
    if (found instanceof Promise) throw new NotReady(found, `schema ${String(id)}`);
    if (found instanceof Failure) {
      if (!found.lasts) this.readers.delete(id);
      if (MillraceError.is(found.error)) throw found.error;
      throw undecodable(`their schema ${String(id)} cannot be used: ${reasonOf(found.error)}`, found.error);
    }
    this.lastId = id;
    this.lastReader = found as SchemaCodec;
    return this.lastReader;
  }

  private fetchReader(id: number): void {
    keep(this.readers, id, () => whenThere(this.settings.schemas.withId(id), (written) => this.readerOf(written)));
  }

  private readerOf(written: CompleteSchema): Eventual<SchemaCodec> {
    const { format, schemas, own, readsAsOwn } = this.settings;
    if (written.type !== format.type) {
      throw undecodable(`the schema is of type ${written.type}, and the serde reads ${format.type}`);
    }
    if (own === null || !readsAsOwn) return format.reader(written, null);
    return whenThere(schemas.complete(own), (complete) => format.reader(written, complete));
  }

  /** @throws NotReady while the schema is being registered or fetched; MillraceError when it cannot be had */
  private writerFor(topic: string): Writer {
    let found = this.writers.get(topic);
    if (found === undefined) {
      this.fetchWriter(topic);
      found = this.writers.get(topic);
    }
    if (found instanceof Promise) throw new NotReady(found, `the schema of the ${this.part}s of ${topic}`);
    if (found instanceof Failure) {
      if (!found.lasts) this.writers.delete(topic);
      throw this.unwritable(topic, found.error);
    }
    this.lastTopic = topic;
    this.lastWriter = found as Writer;
    return this.lastWriter;
  }

  private unwritable(topic: string, error: unknown): MillraceError {
    if (MillraceError.is(error)) return error;
    return new MillraceError(
      'SCHEMA_REFUSED',
      `the schema of the ${this.part}s of ${topic} cannot be used: ${reasonOf(error)}`,
      { topic, cause: error },
    );
  }

  private fetchWriter(topic: string): void {
    keep(this.writers, topic, () => this.resolveWriter(topic));
  }

  private resolveWriter(topic: string): Eventual<Writer> {
    const { own, format, schemas, useLatest } = this.settings;
    if (own === null) return this.latestOf(this.subject(topic, null));
    return whenThere(schemas.complete(own), (complete) => {
      const codec = format.writer(complete);
      const subject = this.subject(topic, codec.name);
      if (useLatest) return this.latestOf(subject);
      return whenThere(this.idOf(subject, own), (id) => ({ id, codec }));
    });
  }

  private latestOf(subject: string): Eventual<Writer> {
    const { format, schemas } = this.settings;
    return whenThere(schemas.latest(subject), ({ id, ...text }) =>
      whenThere(schemas.complete(text), (complete) => ({ id, codec: format.writer(complete) })),
    );
  }

  private idOf(subject: string, own: SchemaText): Eventual<number> {
    const { schemas, autoRegister, normalize } = this.settings;
    const what = `the schema of subject ${subject}`;
    return autoRegister
      ? schemas.ask(what, () => schemas.client.register(subject, own, normalize))
      : schemas.ask(what, () => schemas.client.idOf(subject, own, normalize));
  }

  private subject(topic: string, record: string | null): string {
    return subjectOf(this.settings.subject, { topic, part: this.part, record });
  }

  private prepareWriter(topic: string): Promise<void> | undefined {
    if (!this.writers.has(topic)) this.fetchWriter(topic);
    const found = this.writers.get(topic);
    if (found instanceof Promise) return found.then(() => this.checkWriter(topic));
    this.checkWriter(topic);
    return undefined;
  }

  /** @throws MillraceError when the schema cannot be had; it is asked for again the next time */
  private checkWriter(topic: string): void {
    const found = this.writers.get(topic);
    if (!(found instanceof Failure)) return;
    this.writers.delete(topic);
    throw this.unwritable(topic, found.error);
  }

  /** All that a store may hold: what was ever registered under the subject of its changelog. */
  private async prepareReaders(topic: string): Promise<void> {
    const { schemas, own, format } = this.settings;
    const name = own === null ? null : format.writer(await schemas.complete(own)).name;
    for (const { id } of await schemas.all(this.subject(topic, name))) {
      if (!this.readers.has(id)) this.fetchReader(id);
      const found = this.readers.get(id);
      if (found instanceof Promise) await found;
    }
  }
}

/** Keeps what is fetched: the promise until it is there, then the result or the failure. Its promise never rejects. */
function keep<K, V>(map: Map<K, V | Failure | Promise<void>>, key: K, fetch: () => Eventual<V>): void {
  try {
    const result = fetch();
    if (!(result instanceof Promise)) {
      map.set(key, result);
      return;
    }
    map.set(
      key,
      result.then(
        (value) => {
          map.set(key, value);
        },
        (error: unknown) => {
          map.set(key, failureOf(error));
        },
      ),
    );
  } catch (error) {
    map.set(key, failureOf(error));
  }
}
