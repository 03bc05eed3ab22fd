import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type RunningServer } from '../../src/serve/server.js';
import { TestApplication } from './served-application.js';

const TOKEN = 'correct-horse-battery';

let streams: TestApplication;
const servers: RunningServer[] = [];
const listen = async (token: string | null = null, logged: unknown[] = []): Promise<RunningServer> => {
  const server = await serve(streams, { port: 0, token }, { error: (...line) => logged.push(line) });
  servers.push(server);
  return server;
};
const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

beforeEach(() => {
  streams = new TestApplication();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

it.each<[unknown, unknown, string]>([
  [undefined, {}, 'serve() needs an application, a KafkaStreams, not undefined'],
  [{ nodes: [] }, {}, 'serve() needs an application, a KafkaStreams, not an object'],
  ['running', 8788, 'the options of the server are not valid: server must be an object such as { port: 8788 }'],
  ['running', { prot: 1 }, 'the options of the server are not valid: prot is not an option (did you mean port?)'],
  ['running', { tls: { keys: 'x' } }, 'tls.keys is not an option (did you mean key?)'],
])('serve(%j, %j) is refused', async (given, options, message) => {
  const application = given === 'running' ? streams : given;
  await expect(serve(application as TestApplication, options as object)).rejects.toThrow(message);
});

describe('what it answers', () => {
  it('health', async () => {
    const { url } = await listen();
    const live = await fetch(`${url}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'up', state: 'RUNNING', reasons: [] }]);
    streams.state = 'REBALANCING';
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'down', reasons: [expect.stringMatching(/REBALANCING/)] });
    streams.state = 'ERROR';
    expect((await fetch(`${url}/health/live`)).status).toBe(503);
  });

  it('metrics, for Prometheus and as they are', async () => {
    const { url } = await listen();
    const text = await fetch(`${url}/metrics`);
    expect(text.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await text.text()).toContain('millrace_records_processed_total{application="orders"} 101\n');
    expect(await (await fetch(`${url}/metrics.json`)).json()).toEqual(streams.metrics());
  });

  it('the topology in three forms', async () => {
    const { url } = await listen();
    const { subTopologies } = (await (await fetch(`${url}/topology`)).json()) as { subTopologies: unknown[] };
    expect(subTopologies).toEqual(JSON.parse(JSON.stringify(streams.topology.describe().subTopologies)));
    expect(await (await fetch(`${url}/topology?format=text`)).text()).toBe(String(streams.topology));
    expect(await (await fetch(`${url}/topology?format=mermaid`)).text()).toMatch(/^flowchart TD\n/);
    expect((await fetch(`${url}/topology?format=svg`)).status).toBe(400);
    expect(await (await fetch(`${url}/instances`)).json()).toEqual({ instances: streams.metadata() });
  });
});

describe('whom it answers', () => {
  it.each(['/metrics', '/metrics.json', '/topology', '/instances', '/no-such-page', '/'])(
    '%s is for those who know the token',
    async (path) => {
      const { url } = await listen(TOKEN);
      for (const init of [{}, bearer('wrong'), bearer(`${TOKEN}x`), bearer(TOKEN.slice(1)), bearer('')]) {
        const response = await fetch(url + path, init);
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
      }
      const basic = await fetch(url + path, { headers: { authorization: `Basic ${TOKEN}` } });
      expect(basic.status).toBe(401);
      expect((await fetch(url + path, bearer(TOKEN))).status).not.toBe(401);
    },
  );

  it('everybody learns whether it is well, but why only who knows the token', async () => {
    const { url } = await listen(TOKEN);
    streams.state = 'REBALANCING';
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'down' });
    expect(await (await fetch(`${url}/health/ready`, bearer(TOKEN))).json()).toMatchObject({ state: 'REBALANCING' });
  });

  it('not the pages of other sites that a browser of this machine shows', async () => {
    const { port } = await listen();
    expect(await statusOf(port, { host: 'evil.example' })).toBe(421);
    expect(await statusOf(port, { host: `127.0.0.1.evil.example:${String(port)}` })).toBe(421);
    expect(await statusOf(port, { host: `localhost:${String(port)}` })).toBe(200);
  });
});

describe('what it refuses', () => {
  it('other methods than reading ones', async () => {
    const { url } = await listen();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await fetch(`${url}/metrics`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await fetch(`${url}/metrics`, { method: 'HEAD' })).status).toBe(200);
  });

  it('addresses and headers that are too long, and ways out of its pages', async () => {
    const { url, port } = await listen();
    expect((await fetch(`${url}/topology?format=${'x'.repeat(5_000)}`)).status).toBe(414);
    expect(await statusOf(port, { host: 'localhost', cookie: 'x'.repeat(20_000) })).toBe(431);
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/health/../../etc/passwd']) {
      expect(await statusOf(port, { host: 'localhost' }, path)).toBe(404);
    }
  });

  it('tells a failure of its own to the log, and nobody else', async () => {
    const logged: unknown[] = [];
    const { url } = await listen(null, logged);
    streams.metrics = () => {
      throw new Error('secret');
    };
    const response = await fetch(`${url}/metrics.json`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logged).toEqual([['the server failed to answer', { path: '/metrics.json', error: 'secret' }]]);
  });

  it('a port that is taken, and options that are not valid', async () => {
    const { port } = await listen();
    await expect(serve(streams, { port })).rejects.toMatchObject({ code: 'SERVER_FAILED' });
    await expect(serve(streams, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

it('ends open connections when it is closed, and leaves the globals of the process alone', async () => {
  const before = [globalThis.Request, globalThis.Response];
  const server = await listen();
  await (await fetch(`${server.url}/health/live`)).text();
  expect([globalThis.Request, globalThis.Response]).toEqual(before);
  await server.close();
  await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
});

it('lets last words reach whoever looks at the dashboard, and waits for nobody who does not read', async () => {
  const server = await listen();
  const idle = connect(server.port, '127.0.0.1');
  const { body } = await fetch(`${server.url}/dashboard/live`);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const last = reader.read();
  streams.log.add('failure', 'PROCESSING_FAILED at lines-0-7');
  const began = performance.now();
  await server.close();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(new TextDecoder().decode((await last).value)).toContain('PROCESSING_FAILED at lines-0-7');
  expect((await reader.read()).done).toBe(true);
  idle.destroy();
});

/** `fetch` would mend the address, and not send this host. */
function statusOf(port: number, headers: Record<string, string>, path = '/metrics'): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
