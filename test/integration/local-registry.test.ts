import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { registryOrSkip } from './schema-registry.js';

const JSON_TYPE = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
const SCHEMA = '{"type":"record","name":"A","fields":[{"name":"x","type":"int"}]}';

it(
  'is a registry whose address and schemas survive a crash, and that is gone after stop()',
  { timeout: 300_000 },
  async (context) => {
    // Where another registry has its health checks, unless it is told otherwise. Taken already: that serves as well.
    const server = createServer().on('error', () => undefined);
    server.listen(9000, '127.0.0.1');
    onTestFinished(() => void server.close());
    const registry = await registryOrSkip(context);
    const { url, control } = registry;
    const body = JSON.stringify({ schema: SCHEMA });
    const made = await fetch(`${url}/subjects/a-value/versions`, { method: 'POST', headers: JSON_TYPE, body });
    const { id } = (await made.json()) as { id: number };
    if (control !== undefined) {
      await control.kill();
      await expect(fetch(`${url}/subjects`)).rejects.toThrow();
      await control.start();
    }
    const found = await fetch(`${url}/schemas/ids/${String(id)}`);
    expect(await found.json()).toMatchObject({ schema: SCHEMA });
    await registry.stop();
    if (control !== undefined) await expect(fetch(`${url}/subjects`)).rejects.toThrow();
  },
);
