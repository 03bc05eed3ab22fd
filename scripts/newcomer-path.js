/**
 * A newcomer's first minutes, timed: from an empty folder to a service that is tested on Kafka, by the commands and the code of
 * docs/getting-started.md and with the package as it would be published. `npm run newcomer [-- --keep]`; the broker is the one that
 * the test finds: `KAFKA_BROKERS`, a container, or a Java process.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const windows = process.platform === 'win32';

/** @typedef {{ what: string, seconds: number }} Step */
/** @type {Step[]} */
const steps = [];

// What follows happens once, at the project and not at the newcomer's.
execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
try {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell: windows }).trim();

  run('npm', 'init', '-y');
  run('npm', 'pkg', 'set', 'type=module');
  run('npm', 'install', '--no-audit', '--no-fund', `./${packed}`, 'kafkajs');
  run('npm', 'install', '--no-audit', '--no-fund', '--save-dev', 'vitest', ...containers());
  const blocks = codeBlocks(readFileSync(join(root, 'docs/getting-started.md'), 'utf8'));
  write('topology.ts', topologyOf(blocks.get('app.ts') ?? ''));
  write('spend.test.ts', blocks.get('spend.test.ts') ?? '');
  run('npx', 'vitest', 'run');
} finally {
  if (process.argv.includes('--keep')) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

const all = steps.reduce((sum, { seconds }) => sum + seconds, 0);
console.log();
for (const { what, seconds } of steps) console.log(`${`${seconds.toFixed(1)} s`.padStart(9)}  ${what}`);
console.log(`${`${all.toFixed(1)} s`.padStart(9)}  in all: ${(all / 60).toFixed(1)} minutes`);

/** The package of containers is wanted only where there are containers. */
function containers() {
  if (process.env['KAFKA_BROKERS'] !== undefined) return [];
  return spawnSync('docker', ['info'], { stdio: 'ignore', shell: windows }).status === 0 ? ['testcontainers'] : [];
}

/** @param {string[]} command */
function run(...command) {
  const [program = '', ...args] = command;
  console.log(`\n$ ${command.join(' ')}`);
  const start = performance.now();
  const { status } = spawnSync(program, args, { cwd: folder, stdio: 'inherit', shell: windows });
  steps.push({ what: command.join(' '), seconds: (performance.now() - start) / 1000 });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with exit code ${String(status)}`);
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  if (text === '') throw new Error(`docs/getting-started.md has no code for ${file}`);
  writeFileSync(join(folder, file), text);
  steps.push({ what: `${file}, ${String(text.trim().split('\n').length)} lines`, seconds: 0 });
}

/**
 * Blocks of TypeScript by the file that the text before them names.
 * @param {string} page
 * @returns {ReadonlyMap<string, string>}
 */
function codeBlocks(page) {
  const found = page.matchAll(/`([\w.-]+\.ts)`[^`\n]*\n\n```ts\n([\s\S]*?)```/g);
  return new Map([...found].map(([, file = '', code = '']) => [file, code]));
}

/**
 * The application up to its topology, which it gives to others.
 * @param {string} app
 */
function topologyOf(app) {
  const [upToIt = ''] = app.split('console.log(String(topology))');
  return upToIt.replace('const topology', 'export const topology').replace('import { KafkaStreams, ', 'import { ');
}
