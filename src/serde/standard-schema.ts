/** Schemas of any library that speaks Standard Schema: the little that is asked of them, and what they find wrong. */
import { promised } from '../errors/promised.js';
import { reasonOf } from '../errors/shown-value.js';
import { withoutValue, type SchemaIssue } from './schema-message.js';

/** What a schema says of a value: what it is, or what is wrong with it. */
export type SchemaVerdict<T> =
  { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/**
 * A schema of zod, valibot, arktype or any other library that speaks Standard Schema (standardschema.dev), for values of type `T` as
 * it gives them out. It must answer synchronously.
 */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaVerdict<T> | Promise<SchemaVerdict<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** The schemas of some libraries are functions. */
export function isStandardSchema(it: object): it is StandardSchema<unknown> {
  const standard: unknown = Reflect.get(it, '~standard');
  return typeof standard === 'object' && standard !== null && typeof Reflect.get(standard, 'validate') === 'function';
}

const MOST_ISSUES = 3;

/**
 * The value as the schema gives it out.
 * @param refused makes the error for a value that the schema refuses
 * @throws what `refused` made; MillraceError PROCESSING_FAILED when the schema answers with a promise
 */
export function validate<T>(
  schema: StandardSchema<T>,
  value: unknown,
  refused: (message: string, cause?: unknown) => Error,
): T {
  let verdict: SchemaVerdict<T> | Promise<SchemaVerdict<T>>;
  try {
    verdict = schema['~standard'].validate(value);
  } catch (error) {
    throw refused(`the schema failed: ${reasonOf(error)}`, error);
  }
  if (verdict instanceof Promise) {
    throw promised(verdict, 'the schema of a serde', '; use one without asynchronous checks');
  }
  if (verdict.issues === undefined) return verdict.value;
  throw refused(`the schema refuses the value: ${told(verdict.issues, value)}`);
}

function told(issues: readonly SchemaIssue[], value: unknown): string {
  const first = issues
    .slice(0, MOST_ISSUES)
    .map((issue) => toldOne(issue, withoutValue(issue, value)))
    .join('; ');
  return issues.length > MOST_ISSUES ? `${first}; and ${String(issues.length - MOST_ISSUES)} more` : first;
}

function toldOne({ path = [] }: SchemaIssue, message: string): string {
  let place = '';
  for (const step of path) {
    const key = typeof step === 'object' ? step.key : step;
    if (typeof key === 'number') place += `[${String(key)}]`;
    else place += place === '' ? String(key) : `.${String(key)}`;
  }
  return place === '' ? message : `${place}: ${message}`;
}
