/** `/dashboard/`: the page, which anyone may load who can connect, and its data, for which the token is needed. */
import type { Hono } from 'hono';
import { LastHour } from '../dashboard/last-hour.js';
import { LiveFeed } from '../dashboard/live-feed.js';
import { PAGE_NAMES, readPage, type PageFiles } from '../dashboard/page-files.js';
import type { ServedApplication } from '../served.js';

const ROOT = '/dashboard/';

/** What holds nothing of the application, and asks for the token. */
export const PAGE_PATHS: ReadonlySet<string> = new Set([
  '/dashboard',
  ROOT,
  ...PAGE_NAMES.map((name) => `${ROOT}${name}`),
]);

/** Only what the page brings along: no script in its text, nothing of another site, no other page around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface OpenDashboard {
  /** Ends what is told to those who look, and the samples of the last hour. */
  close(): void;
}

export function dashboardRoutes(
  app: Hono,
  streams: ServedApplication,
  read: () => Promise<PageFiles | null> = readPage,
): OpenDashboard {
  const hour = new LastHour(() => streams.metrics());
  const feed = new LiveFeed(streams, hour);
  let page: Promise<PageFiles | null> | null = null;

  app.get('/dashboard', (context) => context.redirect('dashboard/'));
  for (const name of ['', ...PAGE_NAMES]) {
    app.get(`${ROOT}${name}`, async (context) => {
      page ??= read();
      const file = (await page)?.get(name === '' ? 'index.html' : name);
      if (file === undefined) return context.json({ error: 'the page was not built: npm run build' }, 404);
      return context.body(file.text, 200, {
        'content-type': file.type,
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
      });
    });
  }
  app.get(`${ROOT}data`, (context) => context.json(feed.data()));
  app.get(`${ROOT}live`, (context) => {
    const events = feed.watch();
    if (events === null) return context.json({ error: 'too many look at the dashboard already' }, 503);
    return context.body(events, 200, { 'content-type': 'text/event-stream' });
  });

  hour.start();
  return {
    close: () => {
      hour.stop();
      feed.close();
    },
  };
}
