/** Whom the server answers: asked before anything else of a request is looked at. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { PAGE_PATHS } from './routes/dashboard-routes.js';
import { isLoopback, type Listening } from './options.js';

/** What anyone may know who can connect: whether the instance is well, in one word, and the empty page of the dashboard. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', ...PAGE_PATHS]);
/** `<name>`, `<name>:<port>`, `[<address>]:<port>`. */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/;

/** Whether who asks has shown the token, or need not. */
export function isTrusted(context: Context, token: string | null): boolean {
  if (token === null) return true;
  const [, given] = /^Bearer +(\S+) *$/i.exec(context.req.header('authorization') ?? '') ?? [];
  return given !== undefined && isSame(given, token);
}

/** Refuses with 401 who does not know the token, with 421 pages of other sites in a browser of this machine. */
export function access({ host, token }: Listening): MiddlewareHandler {
  return async (context, next) => {
    if (token === null && isLoopback(host) && !isLoopback(hostOf(context))) {
      return context.json({ error: `only requests to ${host} are answered` }, 421);
    }
    if (!OPEN_PATHS.has(context.req.path) && !isTrusted(context, token)) {
      return context.json({ error: 'a token is needed: Authorization: Bearer <token>' }, 401, {
        'www-authenticate': 'Bearer',
      });
    }
    await next();
    return undefined;
  };
}

/** Without telling by the time it takes how much of it is right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(context: Context): string {
  const [, name] = HOST.exec(context.req.header('host') ?? '') ?? [];
  return name ?? '';
}
