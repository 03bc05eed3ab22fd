/** Names of subjects: under which a schema stands in a registry. */
import { shownValue } from '../errors/shown-value.js';
import { unencodable } from '../serde/serde-error.js';

/** What a subject may be named after. */
export interface SubjectParts {
  readonly topic: string;
  readonly part: 'key' | 'value';
  /** Full name of what the schema describes; null where it has none. */
  readonly record: string | null;
}

/**
 * `topic`: `<topic>-key` or `<topic>-value`. `record`: the full name of the record. `topicRecord`: `<topic>-<full name>`. Or a function
 * of one's own.
 */
export type SubjectStrategy = 'topic' | 'record' | 'topicRecord' | ((parts: SubjectParts) => string);

export function subjectOf(strategy: SubjectStrategy, parts: SubjectParts): string {
  if (typeof strategy === 'function') return checked(strategy(parts), parts);
  const { topic, part, record } = parts;
  if (strategy === 'topic') return `${topic}-${part}`;
  if (record === null) {
    throw unencodable(
      `the schema of the ${part}s of ${topic} has no name, which the subject strategy ${strategy} needs`,
    );
  }
  return strategy === 'record' ? record : `${topic}-${record}`;
}

function checked(name: unknown, { topic, part }: SubjectParts): string {
  if (typeof name === 'string' && name !== '') return name;
  throw unencodable(
    `the function that names subjects gave ${shownValue(name)}, not a name, for the schema of the ${part}s of ${topic}`,
  );
}
