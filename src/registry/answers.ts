/** What a registry answers, looked at before it is believed: a proxy, or a page to log in, answers too, and nothing of it may get into records. */
import { shownValue } from '../errors/shown-value.js';
import type { SchemaReference, SchemaText, SchemaType, SchemaVersion } from './registry-client.js';

/** An id has 32 bits in front of a record. */
const MOST_ID = 2 ** 32 - 1;

/** A schema as the API gives it, where Avro has no type and an empty list is left out. @throws Error when it is none */
export function schemaOfAnswer(answer: unknown): SchemaText {
  const { schema, schemaType, references } = fieldsOf(answer);
  if (typeof schema !== 'string') throw notOurs(`schema is ${shownValue(schema)}, not a text`);
  if (references !== undefined && references !== null && !Array.isArray(references)) {
    throw notOurs(`references are ${shownValue(references)}, not a list`);
  }
  return {
    type: (schemaType ?? 'AVRO') as SchemaType,
    schema,
    references: (references ?? []) as readonly SchemaReference[],
  };
}

/** @throws Error when it is no version of a subject */
export function versionOfAnswer(answer: unknown): SchemaVersion {
  return { ...schemaOfAnswer(answer), id: idOfAnswer(answer), version: numberOf(answer, 'version') };
}

/** @throws Error when there is no id in it */
export function idOfAnswer(answer: unknown): number {
  return numberOf(answer, 'id');
}

/** @throws Error when it is no list of versions */
export function versionsOfAnswer(answer: unknown): readonly number[] {
  if (Array.isArray(answer) && answer.every((one) => Number.isInteger(one))) return answer as number[];
  throw notOurs(`it is ${shownValue(answer)}, not a list of versions`);
}

function numberOf(answer: unknown, name: 'id' | 'version'): number {
  const found = fieldsOf(answer)[name];
  if (Number.isInteger(found) && (found as number) >= 0 && (found as number) <= MOST_ID) return found as number;
  throw notOurs(`${name} is ${shownValue(found)}, not a whole number`);
}

function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>;
  throw notOurs(`it is ${shownValue(answer)}, not an object`);
}

function notOurs(what: string): Error {
  return new Error(`what answers is no schema registry, or not at this address: of its answer, ${what}`);
}
