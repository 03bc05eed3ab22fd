import { expect, it } from 'vitest';
import { registryOrSkip } from './schema-registry.js';

const JSON_TYPE = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
const SCHEMA = '{"type":"record","name":"A","fields":[{"name":"x","type":"int"}]}';

// That it is gone after stop() is looked at when the run ends: registry-host.ts.
it('is a registry whose address and schemas survive a crash', { timeout: 300_000 }, async (context) => {
  const { url, control } = await registryOrSkip(context);
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
});
