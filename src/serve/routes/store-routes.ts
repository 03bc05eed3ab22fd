/** `/stores`: what the stores of the application hold, wherever their parts are; `/openapi.json`: how to ask. */
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Topology } from '../../topology/topology.js';
import { QueryError, type QueryFailure } from '../../query/query-error.js';
import type { StoreQueries } from '../../query/store-queries.js';
import { openApiOf } from '../rest/open-api.js';
import { storeRequests, type StoreRequest } from '../rest/store-requests.js';

const STATUS: Readonly<Record<QueryFailure, ContentfulStatusCode>> = {
  ...{ INVALID: 400, UNKNOWN_QUERY_TYPE: 400, DOES_NOT_EXIST: 404, NOT_UP_TO_BOUND: 412 },
  ...{ STORE_EXCEPTION: 500, NOT_ACTIVE: 503, NOT_PRESENT: 503, UNREACHABLE: 503 },
};

export function statusOf(reason: QueryFailure): ContentfulStatusCode {
  return STATUS[reason];
}

export function storeRoutes(app: Hono, queries: StoreQueries, { stores, globalStores }: Topology): void {
  const document = openApiOf(storeRequests);
  app.get('/openapi.json', (context) => context.json(document));
  app.get('/stores', (context) => {
    const all = [
      ...[...stores.values()].map((spec) => ({ spec, global: false })),
      ...globalStores.map(({ store }) => ({ spec: store, global: true })),
    ];
    return context.json({
      stores: all.map(({ spec: { name, kind, format }, global }) => ({ name, kind, format, global })),
    });
  });
  for (const request of storeRequests) {
    app.get(request.path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) => respond(context, request, queries));
  }
}

async function respond(
  context: Context,
  { params, query, respond: answer }: StoreRequest,
  queries: StoreQueries,
): Promise<Response> {
  const said = params.safeParse(context.req.param());
  const asked = query.safeParse(singles(context.req.queries()));
  const problems = [...(said.error?.issues ?? []), ...(asked.error?.issues ?? [])];
  if (!said.success || !asked.success) {
    const error = problems.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ');
    return context.json({ error, reason: 'INVALID' }, 400);
  }
  try {
    return context.json((await answer(queries, { ...asked.data, ...said.data })) as object);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return context.json({ error: error.said, reason: error.reason }, statusOf(error.reason));
  }
}

/** What is said once stands for itself; what is said twice is no text, and refused. */
function singles(given: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
