import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hono } from 'hono';
import type { LiveData } from '../../../src/serve/dashboard/live-data.js';
import type { PageFiles } from '../../../src/serve/dashboard/page-files.js';
import { dashboardRoutes, type OpenDashboard } from '../../../src/serve/routes/dashboard-routes.js';
import { serve, type RunningServer } from '../../../src/serve/server.js';
import { TestApplication } from '../served-application.js';

const TOKEN = 'correct-horse-battery';
const bearer = { headers: { authorization: `Bearer ${TOKEN}` } };

let server: RunningServer;
let streams: TestApplication;
const open: OpenDashboard[] = [];

beforeEach(async () => {
  streams = new TestApplication();
  server = await serve(streams, { port: 0, token: TOKEN });
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await server.close();
});

it.each(['/dashboard/data', '/dashboard/live'])('%s is for those who know the token', async (path) => {
  expect((await fetch(server.url + path)).status).toBe(401);
  const told = await fetch(server.url + path, bearer);
  expect(told.status).toBe(200);
  await told.body?.cancel();
});

it('gives everything at once, and as events', async () => {
  const data = (await (await fetch(`${server.url}/dashboard/data`, bearer)).json()) as LiveData;
  expect(data.moment.metrics).toEqual(streams.metrics());
  expect(data.moment.instances).toEqual(streams.metadata());
  expect(data.moment.flow).toEqual({ nodes: {}, inputs: [{ topic: 'lines', lag: 40 }], opening: ['0_2'] });

  const live = await fetch(`${server.url}/dashboard/live`, bearer);
  expect(live.headers.get('content-type')).toBe('text/event-stream');
  const reader = (live.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (text.split('\n\n').length < 3) text += new TextDecoder().decode((await reader.read()).value);
  const [first, second] = text.split('\n\n').map((event) => event.replace(/^data: /, ''));
  expect((JSON.parse(first ?? '') as LiveData).introduction?.applicationId).toBe('orders');
  expect((JSON.parse(second ?? '') as LiveData).moment.at).toBeGreaterThan(data.moment.at);
  await reader.cancel();
});

it('answers HEAD without a stream that nobody ends', async () => {
  const headers = bearer.headers;
  for (let i = 0; i < 40; i += 1) {
    expect((await fetch(`${server.url}/dashboard/live`, { method: 'HEAD', headers })).status).toBe(200);
  }
});

it('gives the page to anyone, with a policy that lets nothing else in', async () => {
  const app = new Hono();
  const file = { type: 'text/html; charset=utf-8', text: '<!doctype html>' };
  const page: PageFiles = new Map([['index.html', file]]);
  open.push(dashboardRoutes(app, streams, () => Promise.resolve(page)));
  const answer = await app.request('/dashboard/');
  expect(await answer.text()).toBe('<!doctype html>');
  expect(answer.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect((await app.request('/dashboard')).headers.get('location')).toBe('dashboard/');
  expect((await app.request('/dashboard/no-such-file.js')).status).toBe(404);
  // Without the token, too, as far as the server is concerned.
  expect((await fetch(`${server.url}/dashboard/app.js`)).status).not.toBe(401);
});

it('says that the page was not built', async () => {
  const app = new Hono();
  open.push(dashboardRoutes(app, streams, () => Promise.resolve(null)));
  const answer = await app.request('/dashboard/');
  expect([answer.status, await answer.json()]).toEqual([404, { error: 'the page was not built: npm run build' }]);
});
