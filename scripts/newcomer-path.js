/**
 * A newcomer's first minutes, timed: from an empty folder to a service that is tested on Kafka, by the commands and the code of
 * docs/getting-started.md and with the package as it would be published. The broker is the one that the test finds:
 * `KAFKA_BROKERS`, a container, or a Java process.
 *
 *   npm run newcomer [-- --keep]                  in a folder of this machine
 *   npm run newcomer -- --image node:22-slim      in a container of that image, where nothing is but Node; the broker is another one
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const windows = process.platform === 'win32';
const { values: given } = parseArgs({ options: { keep: { type: 'boolean' }, image: { type: 'string' } } });

/** @typedef {{ what: string, seconds: number }} Step */
/** @type {Step[]} */
const steps = [];

// What follows happens once, at the project and not at the newcomer's.
execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
/** What is to be ended, the last one first. @type {(() => unknown)[]} */
const ends = [];
try {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell: windows }).trim();
  const place = given.image === undefined ? here() : await containerOf(given.image);
  place.bring(packed);

  run(place, 'npm', 'init', '-y');
  run(place, 'npm', 'pkg', 'set', 'type=module');
  run(place, 'npm', 'install', '--no-audit', '--no-fund', `./${packed}`, 'kafkajs');
  run(place, 'npm', 'install', '--no-audit', '--no-fund', '--save-dev', 'vitest', ...place.packages);
  const blocks = codeBlocks(readFileSync(join(root, 'docs/getting-started.md'), 'utf8'));
  write(place, 'topology.ts', topologyOf(blocks.get('app.ts') ?? ''));
  write(place, 'spend.test.ts', blocks.get('spend.test.ts') ?? '');
  run(place, 'npx', 'vitest', 'run');
} finally {
  for (const end of ends.reverse()) await end();
  if (given.keep === true) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

const all = steps.reduce((sum, { seconds }) => sum + seconds, 0);
console.log();
for (const { what, seconds } of steps) console.log(`${`${seconds.toFixed(1)} s`.padStart(9)}  ${what}`);
console.log(`${`${all.toFixed(1)} s`.padStart(9)}  in all: ${(all / 60).toFixed(1)} minutes`);

/**
 * Where the newcomer is: how a command is put there and how a file comes there.
 * @typedef {{
 *   packages: string[],
 *   command: (command: string[]) => string[],
 *   bring: (file: string) => void,
 * }} Place
 */

/** @returns {Place} */
function here() {
  return { packages: containers(), command: (command) => command, bring: () => undefined };
}

/**
 * A container with nothing of this machine but its network: the broker, and what npm needs to find its registry.
 * @param {string} image
 * @returns {Promise<Place>}
 */
async function containerOf(image) {
  const name = basename(folder);
  const brokers = process.env['KAFKA_BROKERS'] ?? (await startedBroker());
  const start = performance.now();
  const { mounts, environment } = registryOfNpm();
  const options = ['--detach', '--rm', '--network', 'host', '--name', name, '--workdir', '/service', ...mounts];
  docker('run', ...options, '--entrypoint', 'sleep', image, 'infinity');
  ends.push(() => docker('rm', '--force', name));
  docker('exec', name, 'mkdir', '-p', '/service');
  steps.push({ what: `docker run ${image}`, seconds: (performance.now() - start) / 1000 });
  const told = [...environment, `KAFKA_BROKERS=${brokers}`].flatMap((one) => ['--env', one]);
  return {
    packages: [],
    command: (command) => ['docker', 'exec', ...told, name, ...command],
    bring: (file) => {
      docker('cp', join(folder, file), `${name}:/service/${file}`);
    },
  };
}

/** A broker in a container of its own, as `npx millrace kafka` would start it. */
async function startedBroker() {
  const start = performance.now();
  /** @type {typeof import('../src/testing.js')} */
  const { startKafka } = await import(pathToFileURL(join(root, 'dist/testing.js')).href);
  const kafka = await startKafka({ use: 'docker', log: console.error });
  ends.push(() => kafka.stop());
  steps.push({ what: 'npx millrace kafka', seconds: (performance.now() - start) / 1000 });
  return kafka.brokers.join(',');
}

/** The registry of this machine and the certificates that it is believed by: a company may have its own. */
function registryOfNpm() {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { cwd: folder, encoding: 'utf8' }).trim();
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  const environment = [`NPM_CONFIG_REGISTRY=${registry}`];
  if (certificates === undefined) return { mounts: [], environment };
  const inside = '/etc/certificates-of-the-host.pem';
  return {
    mounts: ['--volume', `${certificates}:${inside}:ro`],
    environment: [...environment, `NODE_EXTRA_CA_CERTS=${inside}`],
  };
}

/** @param {string[]} args */
function docker(...args) {
  execFileSync('docker', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The package of containers is wanted only where there are containers. */
function containers() {
  if (process.env['KAFKA_BROKERS'] !== undefined) return [];
  return spawnSync('docker', ['info'], { stdio: 'ignore', shell: windows }).status === 0 ? ['testcontainers'] : [];
}

/**
 * @param {Place} place
 * @param {string[]} command
 */
function run(place, ...command) {
  const [program = '', ...args] = place.command(command);
  console.log(`\n$ ${command.join(' ')}`);
  const start = performance.now();
  const { status } = spawnSync(program, args, { cwd: folder, stdio: 'inherit', shell: windows });
  steps.push({ what: command.join(' '), seconds: (performance.now() - start) / 1000 });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with exit code ${String(status)}`);
}

/**
 * @param {Place} place
 * @param {string} file
 * @param {string} text
 */
function write(place, file, text) {
  if (text === '') throw new Error(`docs/getting-started.md has no code for ${file}`);
  writeFileSync(join(folder, file), text);
  place.bring(file);
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
