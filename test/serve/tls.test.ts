import { request, type RequestOptions } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerOptions, TlsOptions } from '../../src/serve/options.js';
import { serve, type RunningServer } from '../../src/serve/server.js';
import { Authority } from './own-certificates.js';
import { TestApplication } from './served-application.js';

const TOKEN = 'correct-horse-battery';
const authority = new Authority('ours');
const stranger = new Authority('theirs');
const own = authority.identity('instance');

let server: RunningServer | null = null;
let logged: string[] = [];

beforeEach(() => {
  logged = [];
});
afterEach(async () => {
  await server?.close();
  server = null;
});

async function listen(tls: TlsOptions, options: ServerOptions = {}): Promise<RunningServer> {
  const logger = { error: (...line: unknown[]) => void logged.push(JSON.stringify(line)) };
  return (server = await serve(new TestApplication(), { port: 0, tls, ...options }, logger));
}

/** Status, or the code of what kept it from being asked. */
function get(path: string, options: RequestOptions = {}): Promise<number | string> {
  const { url } = server as RunningServer;
  return new Promise((resolve) => {
    const asked = request(`${url}${path}`, { ca: authority.cert, agent: false, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    asked.end();
  });
}

describe('a server with certificates', () => {
  it('speaks TLS, and nothing else', async () => {
    const { url, port } = await listen(own);
    expect(url).toBe(`https://127.0.0.1:${String(port)}`);
    expect(await get('/health/live')).toBe(200);
    expect(await get('/metrics.json')).toBe(200);
    await expect(fetch(`http://127.0.0.1:${String(port)}/health/live`)).rejects.toThrow();
  });

  it('is not believed by who does not know its authority', async () => {
    await listen(own);
    expect(await get('/health/live', { ca: stranger.cert })).toMatch(/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/);
  });

  it('wants the token as without them', async () => {
    await listen(own, { token: TOKEN });
    expect(await get('/metrics.json')).toBe(401);
    expect(await get('/metrics.json', { headers: { authorization: `Bearer ${TOKEN}` } })).toBe(200);
  });
});

describe('a server that wants certificates of its clients', () => {
  const mutual = { ...own, ca: authority.cert, requestClientCert: true };

  it('answers who shows one of its authority, and nobody else anything', async () => {
    await listen(mutual);
    for (const path of ['/metrics.json', '/health/live', '/topology']) {
      expect(await get(path, authority.identity('client'))).toBe(200);
      expect(await get(path)).toEqual(expect.any(String));
      expect(await get(path, stranger.identity('client'))).toEqual(expect.any(String));
    }
  });

  it('may listen to all without a token; with one it wants both', async () => {
    await listen(mutual, { token: TOKEN, host: '127.0.0.1' });
    expect(await get('/metrics.json', authority.identity('client'))).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await get('/metrics.json', { ...authority.identity('client'), headers })).toBe(200);
    expect(await get('/metrics.json', { headers })).toEqual(expect.any(String));
  });
});

it('a key that is none, or of another certificate, is an error that shows nothing of it', async () => {
  const secret = 'MIGHAgEAMBMGByqGSM49AgEG';
  const broken = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
  for (const key of [broken, authority.identity('other').key]) {
    const failure = await listen({ ...own, key }).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: 'SERVER_FAILED' });
    expect(failure?.message).toMatch(/^server\.tls cannot be used: /);
    expect(JSON.stringify([String(failure), failure?.stack, logged])).not.toContain(key.split('\n')[1]);
  }
});
