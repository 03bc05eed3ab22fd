/** `millrace schemas pull`: types for what is under subjects of a schema registry, as files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import { RegistryRefusal, type RegistryClient } from '../registry/registry-client.js';
import { Schemas } from '../registry/schemas.js';
import { subjectFile, type TypeChoices } from '../registry/types/subject-file.js';
import { addRegistryAccess, registryClient, type RegistryAccessFlags } from './registry-access.js';

const RETRY_TIMEOUT_MS = 15_000;

export interface PullOptions extends TypeChoices {
  /** Where the files are. */
  readonly out: string;
  /** Nothing is written: files that differ are an error. */
  readonly check: boolean;
}

interface Flags extends RegistryAccessFlags {
  readonly out: string;
  readonly check?: true;
  readonly declarations?: true;
  readonly longs: 'exact' | 'bigint';
  readonly dates?: true;
  readonly decimals?: true;
  readonly json?: true;
}

/** A file of types. */
export interface PulledFile {
  readonly path: string;
  /** It was not there, or was another; false: it is as it was. */
  readonly isNew: boolean;
}

const EXAMPLES = `
Examples:
  millrace schemas pull orders-value --registry http://localhost:8081 --out src/schemas
  millrace schemas pull orders-key orders-value --check   # in CI: fails where a file is not what it would be`;

export function addSchemasCommand(millrace: Command): void {
  const pull = millrace
    .command('schemas')
    .description('types from the schemas of a registry')
    .command('pull')
    .description('write a file of TypeScript for each subject, with types as the serdes of millrace/registry give them')
    .argument('<subject...>', 'subjects such as orders-value');
  addRegistryAccess(pull)
    .option('-o, --out <folder>', 'where the files are', 'schemas')
    .option('--check', 'write nothing, and fail when a file is not what it would be')
    .option('--declarations', 'write .d.ts, without the schemas themselves')
    .addOption(new Option('--longs <form>', 'longs of Avro').choices(['exact', 'bigint']).default('exact'))
    .option('--dates', 'dates of Avro are dates, not numbers')
    .option('--decimals', 'decimals of Avro are texts, not bytes')
    .option('--json', 'the files as JSON')
    .addHelpText('after', EXAMPLES);
  pull.action(async (subjects: readonly string[], flags: Flags) => {
    const { check, declarations, dates, decimals, out, longs } = flags;
    const told = await pullSchemas(registryClient(flags, 'schemas pull'), subjects, {
      out,
      longs,
      check: check === true,
      declarations: declarations === true,
      dates: dates === true,
      decimals: decimals === true,
    });
    const lines = told.map(({ path, isNew }) => `${isNew ? 'written' : 'unchanged'}  ${path}\n`);
    process.stdout.write(flags.json === true ? `${JSON.stringify(told)}\n` : lines.join(''));
  });
}

/**
 * Writes a file for each subject, or compares it.
 * @throws MillraceError TYPES_OUTDATED when a file that is checked differs; SCHEMA_REFUSED when a schema is not there or not valid;
 * REGISTRY_UNREACHABLE
 */
export async function pullSchemas(
  client: RegistryClient,
  subjects: readonly string[],
  options: PullOptions,
): Promise<readonly PulledFile[]> {
  const schemas = new Schemas(client, RETRY_TIMEOUT_MS);
  // All before the first one is written.
  const files: { readonly path: string; readonly text: string }[] = [];
  for (const subject of subjects) files.push(await fileOf(schemas, subject, options));
  const outdated: string[] = [];
  const told: PulledFile[] = [];
  await (options.check ? undefined : mkdir(options.out, { recursive: true }));
  for (const { path, text } of files) {
    const same = (await textAt(path)) === text;
    if (!same && options.check) outdated.push(path);
    if (!same && !options.check) await writeFile(path, text);
    told.push({ path, isNew: !same });
  }
  if (outdated.length === 0) return told;
  throw new MillraceError(
    'TYPES_OUTDATED',
    `${outdated.join(', ')} ${outdated.length === 1 ? 'is' : 'are'} not what the registry has: run millrace schemas pull without --check, and look at the difference`,
  );
}

async function fileOf(
  schemas: Schemas,
  subject: string,
  options: PullOptions,
): Promise<{ path: string; text: string }> {
  try {
    const text = subjectFile(subject, await schemas.complete(await schemas.latest(subject)), options);
    // Subjects of records may have any sign in their names.
    const name = subject.replace(/[^\w.-]/g, '_');
    return { path: join(options.out, `${name}${options.declarations ? '.d.ts' : '.ts'}`), text };
  } catch (cause) {
    if (MillraceError.is(cause)) throw cause;
    const refused = cause instanceof RegistryRefusal ? `the registry has nothing for ${subject}: ` : '';
    throw new MillraceError('SCHEMA_REFUSED', `${refused}${reasonOf(cause)}`, { cause });
  }
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
