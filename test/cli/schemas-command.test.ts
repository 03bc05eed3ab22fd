import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.js';
import { pullSchemas, type PulledFile, type PullOptions } from '../../src/cli/schemas-command.js';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import type { RegistryClient } from '../../src/registry/registry-client.js';

let folder: string;
let client: RegistryClient;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-schemas-'));
  client = inMemoryRegistry();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function register(subject: string, ...fields: readonly string[]): Promise<void> {
  const schema = { type: 'record', name: 'Order', fields: fields.map((name) => ({ name, type: 'string' })) };
  await client.register(subject, { type: 'AVRO', schema: JSON.stringify(schema), references: [] }, false);
}

function pull(subjects: readonly string[], options: Partial<PullOptions> = {}): Promise<readonly PulledFile[]> {
  return pullSchemas(client, subjects, { out: join(folder, 'made'), check: false, declarations: false, ...options });
}

describe('millrace schemas pull', () => {
  it('writes a file for each subject, and tells which were written', async () => {
    await register('orders-value', 'id');
    await register('shop.Order/2', 'id');
    const paths = [join(folder, 'made/orders-value.d.ts'), join(folder, 'made/shop.Order_2.d.ts')];
    const subjects = ['orders-value', 'shop.Order/2'];
    expect(await pull(subjects, { declarations: true })).toEqual(paths.map((path) => ({ path, isNew: true })));
    expect(readFileSync(paths[0]!, 'utf8')).toContain('export interface Order {\n  readonly id: string;\n}');
    expect(await pull(subjects, { declarations: true })).toEqual(paths.map((path) => ({ path, isNew: false })));
  });

  it('checks, writes nothing then, and fails when a file is missing, older or edited', async () => {
    await register('orders-value', 'id');
    const path = join(folder, 'made/orders-value.ts');
    const outdated = { code: 'TYPES_OUTDATED', message: expect.stringContaining(`${path} is not what`) as string };
    await expect(pull(['orders-value'], { check: true })).rejects.toMatchObject(outdated);
    expect(readdirSync(folder)).toEqual([]);
    await pull(['orders-value']);
    const text = readFileSync(path, 'utf8');
    expect(await pull(['orders-value'], { check: true })).toEqual([{ path, isNew: false }]);
    await register('orders-value', 'id', 'note');
    await expect(pull(['orders-value'], { check: true })).rejects.toMatchObject(outdated);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await pull(['orders-value']);
    writeFileSync(path, `${readFileSync(path, 'utf8')} `);
    await expect(pull(['orders-value'], { check: true })).rejects.toMatchObject(outdated);
  });

  it('writes nothing at all when the registry does not have a subject', async () => {
    await register('orders-value', 'id');
    await expect(pull(['orders-value', 'missing-value'])).rejects.toMatchObject({
      code: 'SCHEMA_REFUSED',
      message: expect.stringContaining('the registry has nothing for missing-value') as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('asks for the address of a registry', async () => {
    const millrace = program();
    const asked = millrace.parseAsync(['schemas', 'pull', 'a', '--registry', 'localhost:8081'], { from: 'user' });
    await expect(asked).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
