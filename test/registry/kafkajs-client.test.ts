import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { KafkajsRegistryClient } from '../../src/registry/kafkajs-client.js';
import { RegistryRefusal } from '../../src/registry/registry-client.js';

let server: Server | undefined;
const asked: string[] = [];
afterEach(() => {
  server?.close();
  asked.length = 0;
});

async function client(status: number, body: unknown): Promise<KafkajsRegistryClient> {
  const made = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    const page = typeof body === 'string' && body.startsWith('<');
    response
      .writeHead(status, { 'content-type': page ? 'text/html' : 'application/json' })
      .end(page ? body : JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const host = `http://127.0.0.1:${String((made.address() as AddressInfo).port)}/api/`;
  return new KafkajsRegistryClient({ host, auth: { username: 'u', password: 'p' }, requestTimeoutMs: 30_000 });
}

it('asks by the paths of the API, with names as they are in paths', async () => {
  const one = await client(200, { id: 7, version: 2, schema: '"int"' });
  expect(await one.byId(7)).toEqual({ type: 'AVRO', schema: '"int"', references: [] });
  expect(await one.version('a/b', 'latest')).toMatchObject({ id: 7, version: 2 });
  expect(await one.register('a', { type: 'JSON', schema: '{}', references: [] }, true)).toBe(7);
  expect(await one.idOf('a', { type: 'AVRO', schema: '"int"', references: [] }, false)).toBe(7);
  await expect(one.versions('a/b')).rejects.toThrow(/an object, not a list of versions/);
  const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
  expect(asked).toEqual([
    `GET /api/schemas/ids/7 ${basic}`,
    `GET /api/subjects/a%2Fb/versions/latest ${basic}`,
    `POST /api/subjects/a/versions?normalize=true ${basic}`,
    `POST /api/subjects/a ${basic}`,
    `GET /api/subjects/a%2Fb/versions?deleted=true ${basic}`,
  ]);
});

it.each([
  [404, true],
  [409, false],
  [422, false],
  [401, false],
])('takes %i for an answer', async (status, unknown) => {
  const error = await (await client(status, { message: 'no' })).byId(1).then(null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RegistryRefusal);
  expect(error).toMatchObject({ unknown, message: expect.stringContaining('no') as string });
});

it.each([500, 503, 429])('does not take %i for an answer', async (status) => {
  const error = await (await client(status, { message: 'later' })).byId(1).then(null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(RegistryRefusal);
});

it('does not take a refused connection for an answer', async () => {
  const one = await client(200, {});
  await new Promise((resolve) => server?.close(resolve));
  const asks = [
    () => one.byId(1),
    () => one.register('a', { type: 'AVRO', schema: '"int"', references: [] }, false),
    () => one.versions('a'),
  ];
  for (const ask of asks) {
    const error = await ask().then(null, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RegistryRefusal);
  }
});

it.each([
  ['a page to log in', 200, '<html>log in</html>'],
  ['another API', 200, { hello: 1 }],
  ['null', 200, null],
  ['a redirection', 302, {}],
  ['ids and versions that are none', 200, { schema: 5, id: 'x', version: null, references: 'none' }],
])('takes %s for no answer of a registry', async (_, status, body) => {
  const one = await client(status, body);
  const text = { type: 'AVRO', schema: '"int"', references: [] } as const;
  const asks = [
    () => one.byId(1),
    () => one.version('a', 'latest'),
    () => one.versions('a'),
    () => one.idOf('a', text, false),
    () => one.register('a', text, false),
  ];
  for (const ask of asks) {
    const error = await ask().then(null, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RegistryRefusal);
    expect((error as Error).message).toMatch(status === 302 ? /./ : /no schema registry, or not at this address/);
  }
});

it('says what the registry said, and what to look at', async () => {
  const reason = async (one: KafkajsRegistryClient): Promise<string> => {
    const error = await one.byId(1).then(null, (thrown: unknown) => thrown);
    server?.close();
    return (error as Error).message;
  };
  expect(await reason(await client(401, { message: 'who are you' }))).toBe('status 401: who are you; check auth');
  expect(await reason(await client(403, '<html></html>'))).toBe('status 403: <html></html>; check auth');
  expect(await reason(await client(404, `<p>${'x'.repeat(1_000)}`))).toBe(`status 404: <p>${'x'.repeat(297)}`);
});
