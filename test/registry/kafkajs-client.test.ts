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
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
  await one.versions('a/b');
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
