import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { plainTransport } from '../../src/serve/instance-transport.js';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(answers: RequestListener, host = '127.0.0.1'): Promise<string> {
  const one = createServer(answers);
  server = one;
  await new Promise<void>((resolve) => one.listen(0, host, resolve));
  const { port } = one.address() as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

const TRANSPORT = plainTransport();
const post = (host: string, timeoutMs = 60_000): ReturnType<typeof TRANSPORT.post> =>
  TRANSPORT.post(host, '/questions', { body: '{"é":1}', headers: { 'x-told': 'yes' }, timeoutMs });

it.each(['127.0.0.1', '::1'])('sends what is asked to %s, and gives what is answered in parts', async (address) => {
  const host = await listen((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    incoming.setEncoding('utf8').on('data', (body: string) => {
      const { host: asked, 'x-told': told, 'content-length': length } = headers;
      const text = JSON.stringify({ method, url, asked, told, length, body });
      outgoing.write(text.slice(0, 20), () => outgoing.end(text.slice(20)));
    });
  }, address);
  const body = { method: 'POST', url: '/questions', asked: host, told: 'yes', length: '8', body: '{"é":1}' };
  expect(await post(host)).toEqual({ status: 200, body });
});

it('tells a status that is another', async () => {
  const host = await listen((_, outgoing) => outgoing.writeHead(503).end('later'));
  expect(await post(host)).toEqual({ status: 503, body: null });
});

it.each<[string, RequestListener, string]>([
  ['no JSON', (_, outgoing) => outgoing.end('{'), 'it answered what is no JSON'],
  [
    'cut off within the body',
    (_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 100 });
      outgoing.write('{', () => outgoing.destroy());
    },
    'aborted',
  ],
  ['cut off before', (_, outgoing) => outgoing.destroy(), 'socket hang up'],
])('fails where the answer is %s', async (_, answers, why) => {
  await expect(post(await listen(answers))).rejects.toThrow(why);
});

it.each<[string, RequestListener]>([
  ['never begins', () => undefined],
  [
    'never ends',
    (_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 100 });
      outgoing.write('{');
    },
  ],
])('waits no longer than it may for an answer that %s', async (_, answers) => {
  await expect(post(await listen(answers), 200)).rejects.toThrow('it has not answered within 200 ms');
});
