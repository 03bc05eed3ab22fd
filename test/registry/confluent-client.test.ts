import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchemaRegistryClient } from '@confluentinc/schemaregistry';
import { afterEach, expect, it } from 'vitest';
import { fromConfluent } from '../../src/registry/confluent-client.js';
import { RegistryRefusal, type RegistryClient } from '../../src/registry/registry-client.js';

let server: Server | undefined;
const asked: string[] = [];
afterEach(() => {
  server?.close();
  server = undefined;
  asked.length = 0;
});

async function client(status: number, body: unknown): Promise<RegistryClient> {
  const made = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}${text === '' ? '' : ` ${text}`}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  return over(`http://127.0.0.1:${String((made.address() as AddressInfo).port)}`);
}

/** The package's own client, which its type must fit. */
function over(baseURL: string): RegistryClient {
  return fromConfluent(new SchemaRegistryClient({ baseURLs: [baseURL], maxRetries: 0 }));
}

async function thrownBy(ask: () => Promise<unknown>): Promise<unknown> {
  return ask().then(
    () => new Error('it answered'),
    (thrown: unknown) => thrown,
  );
}

it('asks for schemas by the API that both clients know', async () => {
  const one = await client(200, { id: 7, version: 2, schema: '"int"' });
  expect(await one.byId(7)).toEqual({ type: 'AVRO', schema: '"int"', references: [] });
  expect(await one.version('a', 'latest')).toEqual({
    type: 'AVRO',
    schema: '"int"',
    references: [],
    id: 7,
    version: 2,
  });
  expect(await one.version('a', 2)).toMatchObject({ id: 7, version: 2 });
  expect(asked[0]).toMatch(/^GET \/schemas\/ids\/7\b/);
  expect(asked[1]).toMatch(/^GET \/subjects\/a\/versions\/latest\b/);
  expect(asked[2]).toMatch(/^GET \/subjects\/a\/versions\/2\?deleted=true/);
});

it('registers with type, references and normalisation', async () => {
  const one = await client(200, { id: 7, schema: '{}' });
  const references = [{ name: 'money.json', subject: 'money-value', version: 1 }];
  expect(await one.register('a', { type: 'JSON', schema: '{}', references }, true)).toBe(7);
  expect(await one.idOf('b', { type: 'AVRO', schema: '"int"', references: [] }, false)).toBe(7);
  expect(asked[0]).toMatch(/^POST \/subjects\/a\/versions\?normalize=true /);
  expect(JSON.parse(asked[0]!.split(' ').slice(2).join(' '))).toMatchObject({ schemaType: 'JSON', references });
  expect(asked[1]).toMatch(/^POST \/subjects\/b\?/);
});

it('knows no versions of a subject that is not there', async () => {
  expect(await (await client(404, { error_code: 40401, message: 'no such subject' })).versions('a')).toEqual([]);
  server?.close();
  expect(await (await client(200, [1, 3])).versions('a')).toEqual([1, 3]);
});

it.each([
  [404, true],
  [409, false],
  [422, false],
  [401, false],
])('takes %i for an answer', async (status, unknown) => {
  const one = await client(status, { error_code: status, message: 'no' });
  const error = await thrownBy(async () => one.byId(1));
  expect(error).toBeInstanceOf(RegistryRefusal);
  expect(error).toMatchObject({ unknown, message: expect.stringContaining('no') as string });
});

it.each([500, 503, 429])('does not take %i for an answer', async (status) => {
  const one = await client(status, { error_code: status, message: 'later' });
  const error = await thrownBy(async () => one.versions('a'));
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toMatchObject({ message: 'it answered' });
  expect(error).not.toBeInstanceOf(RegistryRefusal);
});

it('does not take it for an answer that nobody is there', async () => {
  const one = over('http://127.0.0.1:1');
  const error = await thrownBy(async () => one.byId(1));
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toMatchObject({ message: 'it answered' });
  expect(error).not.toBeInstanceOf(RegistryRefusal);
});

it('takes what is no id for no answer of a registry', async () => {
  const one = await client(200, { schema: '"int"' });
  const error = await thrownBy(async () => one.register('a', { type: 'AVRO', schema: '"int"', references: [] }, false));
  expect((error as Error).message).toMatch(/no schema registry/);
});
