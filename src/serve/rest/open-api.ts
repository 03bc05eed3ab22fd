/** The OpenAPI document of the requests about stores, made of the schemas that check them. */
import { z } from 'zod';
import { answers } from './parameters.js';
import type { StoreRequest } from './store-requests.js';

type Json = Readonly<Record<string, unknown>>;

/** Status of an answer, and what it means. */
export const FAILURES: Readonly<Record<number, string>> = {
  400: 'the request, or the key, is not valid, or the store is of another kind (INVALID, UNKNOWN_QUERY_TYPE)',
  401: 'a token is needed',
  404: 'there is no such store, or partition (DOES_NOT_EXIST)',
  412: 'the store has not come to the position in time (NOT_UP_TO_BOUND)',
  500: 'the store failed (STORE_EXCEPTION)',
  503: 'nobody who has the partition could be asked in time (NOT_ACTIVE, NOT_PRESENT, UNREACHABLE)',
};

/** OpenAPI 3.1, whose schemas are JSON Schema. */
export function openApiOf(requests: readonly StoreRequest[]): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Stores of a Millrace application', version: '1' },
    paths: Object.fromEntries([
      [
        '/stores',
        {
          get: {
            summary: 'the stores that can be asked',
            operationId: 'stores',
            responses: responsesOf(answers.stores),
          },
        },
      ],
      ...requests.map((one) => [one.path, { get: operationOf(one) }]),
    ]),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }, {}],
  };
}

function operationOf({ path, summary, params, query, answer }: StoreRequest): Json {
  return {
    summary,
    operationId: path.replaceAll(/[^a-z]+(.)?/gi, (_, next: string | undefined) => (next ?? '').toUpperCase()),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    responses: responsesOf(answer),
  };
}

function parametersOf({ shape }: z.ZodObject, place: 'path' | 'query'): Json[] {
  return Object.entries(shape as Record<string, z.ZodType>).map(([name, type]) => {
    const { description, ...schema } = schemaOf(type, 'input');
    return { name, in: place, required: place === 'path', description, schema };
  });
}

function responsesOf(answer: z.ZodType): Json {
  const failures = Object.entries(FAILURES).map(([status, description]): [string, Json] => [
    status,
    { description, ...jsonOf(answers.failure) },
  ]);
  return { 200: { description: 'the answer', ...jsonOf(answer) }, ...Object.fromEntries(failures) };
}

function jsonOf(type: z.ZodType): Json {
  return { content: { 'application/json': { schema: schemaOf(type, 'output') } } };
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
  const schema: Json = { ...z.toJSONSchema(type, { io }) };
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema'));
}
