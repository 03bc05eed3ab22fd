/** Whom the server answers: asked before anything else of a request is looked at. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { PAGE_PATHS } from './routes/dashboard-routes.js';
import { isLoopback, type Listening } from './options.js';

/** What anyone may know who can connect: whether the instance is well, in one word, and the empty page of the dashboard. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', ...PAGE_PATHS]);
/** `<name>`, `<name>:<port>`, `[<address>]:<port>`. */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/;

/** What of a request says who asks. */
type Asking = Pick<IncomingHttpHeaders, 'host' | 'authorization'>;

interface Refusal {
  readonly status: 401 | 421;
  readonly error: string;
}

/** Whether who asks has shown the token, or need not. */
export function isTrusted(context: Context, token: string | null): boolean {
  return showsToken(context.req.header('authorization'), token);
}

/** Null: who asks for this may have it. 401: the token is not known, 421: a page of another site in a browser of this machine asks. */
export function refusal(
  { host, token }: Pick<Listening, 'host' | 'token'>,
  asking: Asking,
  open: boolean,
): Refusal | null {
  if (token === null && isLoopback(host) && !isLoopback(nameOf(asking.host))) {
    return { status: 421, error: `only requests to ${host} are answered` };
  }
  if (open || showsToken(asking.authorization, token)) return null;
  return { status: 401, error: 'a token is needed: Authorization: Bearer <token>' };
}

/** Refuses those who may not ask. */
export function access(where: Listening): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const asking = { host: req.header('host'), authorization: req.header('authorization') };
    const refused = refusal(where, asking, OPEN_PATHS.has(req.path));
    if (refused !== null) {
      const { status, error } = refused;
      return context.json({ error }, status, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
    }
    await next();
    return undefined;
  };
}

function showsToken(authorization: string | undefined, token: string | null): boolean {
  if (token === null) return true;
  const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return given !== undefined && isSame(given, token);
}

/** Without telling by the time it takes how much of it is right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function nameOf(host = ''): string {
  const [, name] = HOST.exec(host) ?? [];
  return name ?? '';
}
