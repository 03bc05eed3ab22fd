/** A registry in memory, for tests: it answers at once, so that nothing has to be waited for. */
import { RegistryRefusal, type RegistryClient, type SchemaText, type SchemaVersion } from './registry-client.js';

class InMemoryRegistry implements RegistryClient {
  private readonly texts: SchemaText[] = [];
  private readonly subjects = new Map<string, number[]>();

  byId(id: number): SchemaText {
    const text = this.texts[id - 1];
    if (text === undefined) throw new RegistryRefusal(`schema ${String(id)} not found`, true);
    return text;
  }

  version(subject: string, version: number | 'latest'): SchemaVersion {
    const ids = this.subjects.get(subject) ?? [];
    const at = version === 'latest' ? ids.length : version;
    const id = ids[at - 1];
    if (id === undefined) throw new RegistryRefusal(`subject ${subject} has no version ${String(version)}`, true);
    return { ...this.byId(id), id, version: at };
  }

  versions(subject: string): readonly number[] {
    return (this.subjects.get(subject) ?? []).map((_, i) => i + 1);
  }

  idOf(subject: string, schema: SchemaText): number {
    const found = (this.subjects.get(subject) ?? []).find((id) => same(this.byId(id), schema));
    if (found === undefined) throw new RegistryRefusal(`subject ${subject} does not have this schema`, true);
    return found;
  }

  register(subject: string, schema: SchemaText): number {
    let at = this.texts.findIndex((text) => same(text, schema));
    if (at < 0) at = this.texts.push(schema) - 1;
    const ids = this.subjects.get(subject) ?? [];
    if (!ids.includes(at + 1)) this.subjects.set(subject, [...ids, at + 1]);
    return at + 1;
  }
}

function same(one: SchemaText, other: SchemaText): boolean {
  if (one.type !== other.type || one.schema !== other.schema) return false;
  // The same text means something else where it builds on others.
  return JSON.stringify(one.references) === JSON.stringify(other.references);
}

/**
 * A registry in memory, to be given to `schemaRegistry({ client })` in tests: also in those of the test driver, which waits for nothing.
 * It checks no compatibility.
 */
export function inMemoryRegistry(): RegistryClient {
  return new InMemoryRegistry();
}
