import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { startSchemaRegistry } from '../../src/local-registry/start-schema-registry.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  vi.unstubAllEnvs();
});

async function answering(status: number): Promise<string> {
  const made = createServer((request, response) => {
    response.statusCode = request.url === '/api/subjects' ? status : 404;
    response.end('[]');
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((made.address() as AddressInfo).port)}/api`;
}

it('uses the registry that the environment names, and leaves it running', async () => {
  const url = await answering(200);
  vi.stubEnv('SCHEMA_REGISTRY_URL', `${url}/`);
  const registry = await startSchemaRegistry();
  expect(registry).toMatchObject({ how: 'environment', url, control: undefined });
  await registry.stop();
  expect((await fetch(`${url}/subjects`)).ok).toBe(true);
});

it('reports one that is named and not there', async () => {
  vi.stubEnv('SCHEMA_REGISTRY_URL', await answering(500));
  await expect(startSchemaRegistry()).rejects.toMatchObject({
    code: 'LAUNCH_FAILED',
    message: expect.stringMatching(/no schema registry at SCHEMA_REGISTRY_URL.*answers 500/) as string,
  });
});

it('says what was tried and what to do', async () => {
  vi.stubEnv('SCHEMA_REGISTRY_URL', '');
  await expect(startSchemaRegistry({ use: 'environment' })).rejects.toThrow(
    /SCHEMA_REGISTRY_URL: not set[^]*install Java 21/,
  );
});
