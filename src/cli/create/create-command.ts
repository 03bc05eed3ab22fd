/** `millrace create`: a project that runs and tests at once. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { normalize } from 'node:path';
import { Option, type Command } from 'commander';
import { MillraceError } from '../../errors/error.js';
import { ownPackage } from '../own-package.js';
import { TEMPLATES, writeStarter, type Template } from './starter.js';

interface Flags {
  readonly template: Template;
  readonly package?: string;
  /** False by `--no-install`. */
  readonly install: boolean;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  npx millrace create demo && cd demo && npm run dev
  npx millrace create enriched-orders --template join
  npx millrace create demo --no-install

It ends with 1 when the folder is not empty or the packages cannot be installed.`;

const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun'];

export function addCreateCommand(millrace: Command): void {
  millrace
    .command('create')
    .description('make a project that runs and tests at once: a topology, its test, sample records, a broker')
    .argument('<folder>', 'a folder that does not exist yet; its name becomes that of package and application')
    .addOption(
      new Option('-t, --template <name>', 'count: words of lines; join: orders with their customers')
        .choices(TEMPLATES)
        .default('count'),
    )
    .option('--package <what>', 'where millrace comes from, as npm install takes it (default: this version)')
    .option('--no-install', 'do not install packages')
    .option('--json', 'the files as JSON')
    .addHelpText('after', EXAMPLES)
    .action((given: string, flags: Flags) => {
      const folder = normalize(given).replace(/[\\/]+$/, '');
      const { template, package: millrace = `^${ownPackage().version}` } = flags;
      const files = writeStarter(folder, { template, millrace });
      const manager = managerOf(process.env.npm_config_user_agent);
      if (flags.install) install(folder, manager, flags.json === true);
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify({ folder, template, files })}\n`);
        return;
      }
      const steps = [`cd ${folder}`, ...(flags.install ? [] : [`${manager} install`]), `${manager} run dev`];
      process.stdout.write(`${files.map((file) => `  ${folder}/${file}\n`).join('')}\nNext: ${steps.join(' && ')}\n`);
    });
}

/** Whoever began by pnpm, yarn or bun goes on with it. */
export function managerOf(userAgent: string | undefined): string {
  const name = /^(\w+)\//.exec(userAgent ?? '')?.[1] ?? 'npm';
  return MANAGERS.includes(name) ? name : 'npm';
}

function install(folder: string, manager: string, quiet: boolean): void {
  const { status, error } = spawnSync(manager, ['install'], {
    cwd: folder,
    stdio: ['ignore', quiet ? 'ignore' : 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  // What is half installed would only be in the way of the next attempt.
  rmSync(`${folder}/node_modules`, { recursive: true, force: true });
  const why = error === undefined ? `${manager} install ended with ${String(status)}` : error.message;
  throw new MillraceError(
    'CONFIG_INVALID',
    `the files are in ${folder}, but their packages could not be installed: ${why}. Run ${manager} install there`,
  );
}
