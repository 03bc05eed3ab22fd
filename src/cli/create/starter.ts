/** What `millrace create` writes: the files of a template, and a package.json made for them. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../errors/error.js';
import { KAFKA_VERSION } from '../../local-kafka/kafka-version.js';
import { ownPackage } from '../own-package.js';

/** Each is a folder of `templates`. */
export const TEMPLATES = ['count', 'join'] as const;

export type Template = (typeof TEMPLATES)[number];

export interface StarterChoices {
  readonly template: Template;
  /** What package.json says of millrace: a version, or where to find it. */
  readonly millrace: string;
}

/** Above `src` and `dist` alike. */
const TEMPLATE_FOLDER = fileURLToPath(new URL('../../../templates', import.meta.url));
/** In the versions that this package is tested with itself. */
const DEVELOPMENT = ['@types/node', 'testcontainers', 'tsx', 'typescript', 'vitest'];
const LONGEST_NAME = 100;

/**
 * Writes the starter; gives the files, by path.
 * @throws MillraceError CONFIG_INVALID when the folder holds anything, or its name can be no name of a package and an application
 */
export function writeStarter(folder: string, { template, millrace }: StarterChoices): readonly string[] {
  const name = starterName(folder);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new MillraceError('CONFIG_INVALID', `${folder} is not empty: name a folder that does not exist yet`);
  }
  mkdirSync(folder, { recursive: true });
  for (const part of ['base', template]) cpSync(join(TEMPLATE_FOLDER, part), folder, { recursive: true });
  // npm publishes no file of that name.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(starterPackage(name, millrace), null, 2)}\n`);
  const files = filesIn(folder);
  for (const file of files) fillIn(join(folder, file), { name, kafkaVersion: KAFKA_VERSION });
  return files;
}

function starterName(folder: string): string {
  const name = basename(resolve(folder)).toLowerCase();
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name) && name.length <= LONGEST_NAME) return name;
  throw new MillraceError(
    'CONFIG_INVALID',
    `the folder's name becomes that of a package and an application: ${name} must begin with a letter or digit and hold only letters, digits, ".", "_" and "-"`,
  );
}

function starterPackage(name: string, millrace: string): object {
  const { devDependencies } = ownPackage();
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19.0' },
    scripts: {
      dev: 'tsx src/dev.ts',
      test: 'vitest run',
      typecheck: 'tsc',
      build: 'tsc -p tsconfig.build.json',
      prestart: 'npm run build',
      start: 'node --enable-source-maps dist/app.js',
    },
    dependencies: { millrace },
    devDependencies: Object.fromEntries(DEVELOPMENT.map((name) => [name, devDependencies[name] ?? '*'])),
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function fillIn(file: string, values: Readonly<Record<string, string>>): void {
  const text = readFileSync(file, 'utf8');
  const filled = text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => values[name] ?? place);
  if (filled !== text) writeFileSync(file, filled);
}
