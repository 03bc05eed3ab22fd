/** The schemas that one application has met: each is fetched once, and kept for good, since an id never changes its meaning. */
import { asked } from './asking.js';
import type { CompleteSchema, ReferencedSchema } from './format.js';
import type { RegistryClient, SchemaText, SchemaVersion } from './registry-client.js';

type Eventual<T> = T | Promise<T>;

export class Schemas {
  private readonly byId = new Map<number, Eventual<CompleteSchema>>();

  constructor(
    readonly client: RegistryClient,
    private readonly timeoutMs: number,
  ) {}

  ask<T>(what: string, request: () => Eventual<T>): Eventual<T> {
    return asked(what, this.timeoutMs, request);
  }

  /** Whoever asks for an id that is being fetched waits for the same answer; what failed is asked for anew. */
  withId(id: number): Eventual<CompleteSchema> {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const text = this.ask(`schema ${String(id)}`, () => this.client.byId(id));
    const complete = whenThere(text, (found) => this.complete(found));
    this.byId.set(id, complete);
    if (complete instanceof Promise) {
      complete.then(
        (schema) => this.byId.set(id, schema),
        () => this.byId.delete(id),
      );
    }
    return complete;
  }

  latest(subject: string): Eventual<SchemaVersion> {
    return this.ask(`the latest version of ${subject}`, () => this.client.version(subject, 'latest'));
  }

  /** Every schema that was ever registered under a subject, with its id. */
  async all(subject: string): Promise<readonly SchemaVersion[]> {
    const versions = await this.ask(`the versions of ${subject}`, () => this.client.versions(subject));
    const found: SchemaVersion[] = [];
    for (const version of versions) {
      found.push(
        await this.ask(`version ${String(version)} of ${subject}`, () => this.client.version(subject, version)),
      );
    }
    return found;
  }

  /** Adds what the schema builds on. */
  complete(text: SchemaText): Eventual<CompleteSchema> {
    if (text.references.length === 0) return { ...text, referenced: [] };
    const found = new Map<string, ReferencedSchema>();
    return whenThere(this.collect(text, found), () => ({ ...text, referenced: [...found.values()] }));
  }

  private collect(text: SchemaText, found: Map<string, ReferencedSchema>): Eventual<void> {
    let ready: Eventual<void> = undefined;
    for (const { name, subject, version } of text.references) {
      ready = whenThere(ready, () => {
        if (found.has(name)) return undefined;
        const what = `version ${String(version)} of ${subject}`;
        return whenThere(
          this.ask(what, () => this.client.version(subject, version)),
          (one) =>
            whenThere(this.collect(one, found), () => {
              found.set(name, { name, schema: one.schema });
            }),
        );
      });
    }
    return ready;
  }
}

/** Goes on with a value, at once where it is there already. */
export function whenThere<A, B>(value: Eventual<A>, next: (value: A) => Eventual<B>): Eventual<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}
