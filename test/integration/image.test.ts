/**
 * The image of the windowed count, and the containers of compose.yaml, as far as they can be had without Docker: the lines of the
 * Dockerfile are followed in a folder, and its command is run three times as compose.yaml runs it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTopics } from '../../examples/02-windowed-count/topics.js';
import { until } from './application-fixture.js';
import { brokers, plainClient, uniqueName } from './kafka.js';

const ROOT = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 600_000;
const INSTANCES = 3;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Its stages, without comments, each instruction on one line. */
const [BUILDING = [], RUNNING = []] = read('examples/02-windowed-count/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n */g, '')
  .split(/^FROM /m)
  .slice(1)
  .map((stage) => stage.split('\n'));

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly deploy: { readonly replicas: number };
  readonly ports: readonly string[];
}

const { services } = parse(read('compose.yaml')) as { services: { readonly 'windowed-count': Service } };
const service = services['windowed-count'];
const [scraped] = (parse(read('examples/05-monitoring/prometheus.yml')) as { scrape_configs: Scraped[] })
  .scrape_configs;

interface Scraped {
  readonly authorization: { readonly credentials: string };
  readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[];
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-image-'));
const building = join(folder, 'build');
const image = join(folder, 'image');
const started: ChildProcess[] = [];

beforeAll(async () => {
  for (const line of linesOf(BUILDING, 'COPY')) {
    const names = line.split(' ');
    for (const name of names.slice(0, -1)) cpSync(join(ROOT, name), join(building, name), { recursive: true });
  }
  await takePackages();
  const [ci, ...commands] = linesOf(BUILDING, 'RUN');
  expect(ci).toContain('npm ci');
  for (const command of commands) await run(command);
  mkdirSync(image);
  for (const line of linesOf(RUNNING, 'COPY')) {
    const [, from = '', to = ''] = /^--from=build \/app\/(\S+) (\S+)$/.exec(line) ?? [];
    renameSync(join(building, from), join(image, to === './' ? from : to));
  }
}, TIMEOUT_MS);

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(
    started.map(async (child) => {
      if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
    }),
  );
  rmSync(folder, { recursive: true, force: true });
});

it('what the Dockerfile copies is enough for a service with its server', { timeout: TIMEOUT_MS }, async () => {
  const kafka = plainClient();
  const topics = { orders: uniqueName('orders'), spend: uniqueName('spend') };
  await createTopics(kafka, topics);
  // What is for development alone stays behind.
  expect(existsSync(join(image, 'node_modules/typescript'))).toBe(false);
  expect(service.deploy.replicas).toBe(INSTANCES);
  const applicationId = uniqueName('image');
  const urls = await Promise.all(Array.from({ length: INSTANCES }, (_, i) => start(applicationId, topics, i)));

  const { credentials } = scraped!.authorization;
  const ask = async (url: string, token = credentials): Promise<{ status: number; text: string }> => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, text: await answer.text() };
  };
  await until(async () => {
    const ready = await Promise.all(urls.map((url) => fetch(`${url}/health/ready`)));
    return ready.every(({ status }) => status === 200);
  });
  for (const url of urls) {
    const { status, text } = await ask(`${url}/metrics`);
    expect(status).toBe(200);
    expect(text).toContain(`millrace_state{application="${applicationId}",state="RUNNING"} 1`);
    expect((await ask(`${url}/metrics`, 'another-token-16')).status).toBe(401);
    const page = await fetch(`${url}/dashboard/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await ask(`${url}/dashboard/data`)).status).toBe(200);
  }
  await until(async () => {
    const { instances } = JSON.parse((await ask(`${urls[0]}/instances`)).text) as { instances: { host: string }[] };
    return instances.length === INSTANCES && instances.every(({ host }) => host.endsWith(':8788'));
  });
});

it('Prometheus reads the service where it listens, with its token', () => {
  const { HTTP_PORT, HTTP_TOKEN } = service.environment;
  expect(scraped!.authorization.credentials).toBe(HTTP_TOKEN);
  const [found] = scraped!.dns_sd_configs;
  expect(found!.names).toEqual(['windowed-count']);
  expect(String(found!.port)).toBe(HTTP_PORT);
  const [, first, last, inside] = /^127\.0\.0\.1:(\d+)-(\d+):(\d+)$/.exec(service.ports[0]!) ?? [];
  expect(inside).toBe(HTTP_PORT);
  expect(Number(last) - Number(first) + 1).toBeGreaterThanOrEqual(INSTANCES);
});

/** Arguments of all lines that begin with a word. */
function linesOf(stage: readonly string[], word: string): string[] {
  return stage.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

/** In place of `npm ci`: links to the files that are there, of which npm writes to none but its own list. */
async function takePackages(): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(building, 'node_modules')];
  const copy = (...flags: string[]): Promise<unknown> => promisify(execFile)('cp', [...flags, from, to]);
  await copy('-R', '-P', '-l').catch(async () => {
    // On another disk.
    rmSync(to, { recursive: true, force: true });
    await copy('-R', '-P');
  });
  rmSync(join(to, '.package-lock.json'));
  copyFileSync(join(from, '.package-lock.json'), join(to, '.package-lock.json'));
}

async function run(command: string): Promise<void> {
  const options = { cwd: building, timeout: TIMEOUT_MS };
  await promisify(execFile)('sh', ['-ec', command.replaceAll('/app', building)], options);
}

/** The command of the image in the environment of compose.yaml; each at an address of its own, as containers have. */
async function start(applicationId: string, topics: { orders: string; spend: string }, i: number): Promise<string> {
  const [command = '[]'] = linesOf(RUNNING, 'CMD');
  const [node, ...args] = JSON.parse(command) as string[];
  expect(node).toBe('node');
  const HTTP_HOST = `127.0.0.${String(i + 2)}`;
  const environment = {
    ...service.environment,
    ...{ KAFKA_BROKERS: brokers().join(), APPLICATION_ID: applicationId, STATE_DIR: join(folder, String(i)) },
    ...{ ORDERS_TOPIC: topics.orders, SPEND_TOPIC: topics.spend, HTTP_HOST },
  };
  const child = spawn(process.execPath, args, {
    cwd: image,
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  return await new Promise((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, url] = /server at (http:\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('close', (code) => {
      reject(new Error(`the service ended with ${String(code)}: ${said}`));
    });
  });
}
