import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { managerOf } from '../../../src/cli/create/create-command.js';
import { TEMPLATES } from '../../../src/cli/create/starter.js';
import { program } from '../../../src/cli/program.js';
import { KAFKA_VERSION } from '../../../src/local-kafka/kafka-version.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'millrace-create-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});

async function create(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['create', ...args], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}

describe('millrace create', () => {
  it.each(TEMPLATES)('writes all that a project of %s needs, with its name', async (template) => {
    const folder = join(place, 'Demo');
    const told = await create(folder, '--template', template, '--no-install');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining([
        '.gitignore',
        'README.md',
        'compose.yaml',
        'package.json',
        'src/app.ts',
        'src/dev.ts',
        'src/topology.ts',
        'test/topology.test.ts',
        'tsconfig.json',
      ]),
    );
    expect(told).toContain(`Next: cd ${folder} && npm install && npm run dev\n`);
    const texts = files.filter((file) => /\.\w+$/.test(file)).map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(texts.join('')).not.toMatch(/\{\{|undefined|"\*"/);
    expect(readFileSync(join(folder, 'src/app.ts'), 'utf8')).toContain("applicationId: 'demo'");
    expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toContain(`apache/kafka:${KAFKA_VERSION}`);
    const { name, dependencies, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      dependencies: object;
      scripts: object;
    };
    expect(name).toBe('demo');
    expect(dependencies).toEqual({ millrace: expect.stringMatching(/^\^\d/) as string });
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['dev', 'test', 'start']));
  });

  it('tells its files as JSON', async () => {
    const folder = join(place, 'demo');
    const told = JSON.parse(await create(folder, '--no-install', '--package', 'file:../m.tgz', '--json')) as object;
    expect(told).toMatchObject({ folder, template: 'count', files: expect.arrayContaining(['src/topology.ts']) as [] });
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toContain('"millrace": "file:../m.tgz"');
  });

  it('leaves a folder alone that holds something', async () => {
    writeFileSync(join(place, 'mine.txt'), 'mine');
    await expect(create(place, '--no-install')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readdirSync(place)).toEqual(['mine.txt']);
  });

  it('refuses names that no application may have', async () => {
    await expect(create(join(place, 'my app'), '--no-install')).rejects.toThrow(/must begin with a letter or digit/);
    expect(readdirSync(place)).toEqual([]);
  });
});

it('goes on with the package manager that it was begun by', () => {
  expect(managerOf('pnpm/9.1.0 npm/? node/v20.19.0')).toBe('pnpm');
  expect(managerOf('npm/10.8.2 node/v20.19.0')).toBe('npm');
  expect(managerOf('deno/2.0')).toBe('npm');
  expect(managerOf(undefined)).toBe('npm');
});
