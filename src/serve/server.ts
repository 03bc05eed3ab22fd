/** The one HTTP server of an application: health, metrics and the topology, each from a file of its own. */
import { createServer, type RequestListener, type Server, type ServerOptions as PlainServerOptions } from 'node:http';
import {
  createServer as createSecureServer,
  type Server as SecureServer,
  type ServerOptions as SecureServerOptions,
} from 'node:https';
import { isIPv6, type AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { z } from 'zod';
import { MillraceError } from '../errors/error.js';
import { nearestName } from '../errors/nearest-name.js';
import { reasonOf, shownValue } from '../errors/shown-value.js';
import type { Logger } from '../observe/logger.js';
import { QUESTIONS_PATH } from '../query/owner-lane.js';
import { changesPath } from '../query/sent-changes.js';
import { access } from './access.js';
import { AnsweredLinks } from './link/answered-links.js';
import {
  listening,
  SERVER_OPTIONS,
  serverOptions,
  TLS_OPTIONS,
  type Listening,
  type ServerOptions,
  type TlsOptions,
} from './options.js';
import { changeRoutes } from './routes/change-routes.js';
import { dashboardRoutes } from './routes/dashboard-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { metricsRoutes } from './routes/metrics-routes.js';
import { questionsFirst } from './routes/question-routes.js';
import { storeRoutes } from './routes/store-routes.js';
import { topologyRoutes } from './routes/topology-routes.js';
import type { ServedApplication } from './served.js';

/** What a request may be: nobody asks for more, and who is slow gives up the connection. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 10_000,
} as const;
const MOST_CONNECTIONS = 256;
const LONGEST_URL = 4 * 1024;
/** So long may last words take to reach those who look, ms. */
const LAST_WORDS_MS = 500;
const SWEEP_MS = 10;
/** What may come by POST: questions, and whose changes are to be told. */
const ASKED_BY_INSTANCES = new RegExp(`^(${QUESTIONS_PATH}|${changesPath('[^/]+')})$`);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export interface RunningServer {
  /** `http://127.0.0.1:8788` */
  readonly url: string;
  readonly port: number;
  /** Takes no further request, and ends those that are open: streams with their last word, the rest after half a second. */
  close(): Promise<void>;
}

/**
 * Serves an application over HTTP until it is closed: `/health/live`, `/health/ready`, `/metrics` (with prom-client),
 * `/metrics.json`, `/topology` and `/dashboard/`. It does not keep the process alive.
 * @throws MillraceError CONFIG_INVALID, SERVER_FAILED when it cannot listen there
 */
export async function serve(
  streams: ServedApplication,
  options: ServerOptions = {},
  logger?: Pick<Logger, 'error'>,
): Promise<RunningServer> {
  const checked = serverOptions.safeParse(options);
  if (!checked.success) {
    const problems = checked.error.issues.map(problemOf);
    throw new MillraceError('CONFIG_INVALID', `the options of the server are not valid: ${problems.join('; ')}`);
  }
  if (typeof (streams as Partial<ServedApplication> | undefined)?.activity !== 'function') {
    const given = shownValue(streams);
    throw new MillraceError('CONFIG_INVALID', `serve() needs an application, a KafkaStreams, not ${given}`);
  }
  const where = listening(options);
  const { queries = null } = streams;
  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.url.length > LONGEST_URL) return context.json({ error: 'the address is too long' }, 414);
    const asks = queries !== null && context.req.method === 'POST' && ASKED_BY_INSTANCES.test(context.req.path);
    if (!METHODS.has(context.req.method) && !asks)
      return context.json({ error: 'only GET' }, 405, { allow: 'GET, HEAD' });
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
    return undefined;
  });
  app.use(access(where));
  healthRoutes(app, streams, where.token);
  await metricsRoutes(app, streams);
  topologyRoutes(app, streams);
  if (queries !== null) {
    changeRoutes(app, queries);
    storeRoutes(app, queries, streams.topology);
  }
  const dashboard = dashboardRoutes(app, streams);
  app.notFound((context) => context.json({ error: 'there is no such page' }, 404));
  app.onError((error, context) => {
    logger?.error('the server failed to answer', { path: routeOf(context.req.path), error: reasonOf(error) });
    return context.json({ error: 'this instance could not answer; its log says why' }, 500);
  });
  // Those of the process are its own: they stay as they are.
  const failed = (error: unknown): void => {
    logger?.error('the server failed to answer', { path: QUESTIONS_PATH, error: reasonOf(error) });
  };
  const links = new AnsweredLinks();
  const server = openServer(app, where.tls, (rest) =>
    queries === null ? rest : questionsFirst({ queries, where, links, failed }, rest),
  );
  server.maxConnections = MOST_CONNECTIONS;
  try {
    return await listen(server, where, () => {
      dashboard.close();
      links.close();
    });
  } catch (error) {
    dashboard.close();
    throw error;
  }
}

/** Node's errors about certificates say what is wrong and show nothing of them. */
function openServer(
  { fetch }: Hono,
  tls: TlsOptions | null,
  first: (rest: RequestListener) => RequestListener,
): Server {
  const shared = { fetch, overrideGlobalObjects: false } as const;
  if (tls === null) {
    const create = (given: PlainServerOptions, rest: RequestListener): Server => createServer(given, first(rest));
    return createAdaptorServer({
      ...shared,
      createServer: create as typeof createServer,
      serverOptions: LIMITS,
    }) as Server;
  }
  const { key, cert, ca, requestClientCert = false } = tls;
  const mutual = { requestCert: requestClientCert, rejectUnauthorized: requestClientCert };
  const serverOptions = {
    ...LIMITS,
    key,
    cert,
    ca: ca as SecureServerOptions['ca'],
    ...mutual,
    handshakeTimeout: 10_000,
  };
  try {
    const create = (given: SecureServerOptions, rest: RequestListener): SecureServer =>
      createSecureServer(given, first(rest));
    const secure = { ...shared, createServer: create as typeof createSecureServer, serverOptions };
    return createAdaptorServer(secure) as unknown as Server;
  } catch (cause) {
    throw new MillraceError('SERVER_FAILED', `server.tls cannot be used: ${reasonOf(cause)}`, {
      option: 'server.tls',
      cause,
    });
  }
}

async function listen(server: Server, { port, host, tls }: Listening, end: () => void): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const place = `${host}:${String(port)}`;
      reject(new MillraceError('SERVER_FAILED', `the server cannot listen on ${place}: ${reasonOf(cause)}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  server.unref();
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `${tls === null ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${String(actual)}`,
    port: actual,
    close: () => {
      end();
      return closed(server);
    },
  };
}

/** A connection is closed once nothing of an answer is under way on it. */
async function closed(server: Server): Promise<void> {
  const began = performance.now();
  const sweep = setInterval(() => {
    if (performance.now() - began < LAST_WORDS_MS) server.closeIdleConnections();
    else server.closeAllConnections();
  }, SWEEP_MS);
  sweep.unref();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  clearInterval(sweep);
}

/** The beginning of a path, without the key that is asked for. */
function routeOf(path: string): string {
  return /^(?:\/[^/]*){0,3}/.exec(path)?.[0] ?? '';
}

/** As those of `KafkaStreams` are told, where the option is `server`. */
function problemOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${place === '' ? 'server' : place} ${issue.message}`;
  const near = nearestName(String(issue.keys[0]), place === 'tls' ? TLS_OPTIONS : SERVER_OPTIONS);
  const prefix = place === '' ? '' : `${place}.`;
  return `${issue.keys.map((key) => prefix + key).join(', ')} is not an option${near === null ? '' : ` (did you mean ${near}?)`}`;
}
