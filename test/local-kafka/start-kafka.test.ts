import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';
import { LaunchError } from '../../src/local-kafka/launch-error.js';
import { isFree } from '../../src/local-kafka/free-ports.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';

// What a machine without Docker makes of the package.
const engine = vi.hoisted(() => ({ reason: 'no engine here' }));
vi.mock('testcontainers', () => ({
  getContainerRuntimeClient: () => Promise.reject(new Error(engine.reason)),
}));

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-start-'));
  vi.stubEnv('KAFKA_BROKERS', undefined);
  vi.stubEnv('JAVA_HOME', undefined);
  vi.stubEnv('MAVEN_HOME', undefined);
  vi.stubEnv('M2_HOME', undefined);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('PATH', join(folder, 'bin'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  server?.close();
  server = undefined;
});

async function listen(port = 0): Promise<string> {
  server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function installJava(version: string): void {
  mkdirSync(join(folder, 'bin'));
  const java = join(folder, 'bin/java');
  writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\n`);
  chmodSync(java, 0o755);
}

async function failure(options = {}): Promise<LaunchError> {
  const error: unknown = await startKafka(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LaunchError);
  return error as LaunchError;
}

describe('the broker of the environment', () => {
  it('comes first, and is left as it is', async () => {
    const address = await listen();
    vi.stubEnv('KAFKA_BROKERS', ` ${address}, 127.0.0.1:1`);
    const kafka = await startKafka();
    expect(kafka).toMatchObject({ how: 'environment', brokers: [address, '127.0.0.1:1'], control: undefined });
    await kafka.stop();
    expect(server?.listening).toBe(true);
  });

  it('must be there when it is named: no other is taken instead', async () => {
    vi.stubEnv('KAFKA_BROKERS', '127.0.0.1:1');
    const { message } = await failure();
    expect(message).toMatch(/^KAFKA_BROKERS is set to 127\.0\.0\.1:1, but no broker is there \(.*ECONNREFUSED/);
  });

  it.each([
    [{ properties: {} }, 'properties'],
    [{ sasl: { username: 'a', password: 'b' }, properties: {} }, 'properties, sasl'],
    [{ version: '4.2.0' }, 'version'],
    [{ brokers: 3 }, 'brokers'],
    [{ proxies: ['a'] }, 'proxies'],
  ])('is passed over for %j, which it could not be given', async (options, names) => {
    vi.stubEnv('KAFKA_BROKERS', await listen());
    const { message } = await failure(options);
    expect(message).toContain(`1. KAFKA_BROKERS: set, but ${names} can only be had from a broker of our own`);
    expect(message).toContain('2. Docker:');
  });

  it('is the only one asked when told so', async () => {
    const { message } = await failure({ use: 'environment' });
    expect(message).toContain('1. KAFKA_BROKERS: not set\nDo one of these');
  });
});

it('says that the port it was given is taken, before anything is started', async () => {
  const port = Number((await listen()).split(':')[1]);
  expect((await failure({ port })).message).toBe(
    `port ${port} is taken by another program: choose another port, or none for a free one.`,
  );
});

describe('a machine with nothing', () => {
  it('is told in order what was tried, why it failed, and what to install', async () => {
    const lines: string[] = [];
    const error = await failure({ log: (line: string) => lines.push(line) });
    expect(MillraceError.is(error) && error.code).toBe('LAUNCH_FAILED');
    expect(error.message).toBe(`no Kafka broker could be found or started. Tried:
  1. KAFKA_BROKERS: not set
  2. Docker: no engine answers (no engine here)
  3. Java: there is no java in JAVA_HOME or PATH
Do one of these:
  - start a Kafka broker and set KAFKA_BROKERS=host:port
  - install and start Docker (https://docs.docker.com/get-started/get-docker/), and npm install --save-dev testcontainers
  - install Java 17 or newer and Maven (Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven;
    macOS: brew install openjdk maven; else https://adoptium.net and https://maven.apache.org)`);
    expect(lines).toEqual([
      'Docker: no engine answers (no engine here)',
      'Java: there is no java in JAVA_HOME or PATH',
    ]);
  });

  it.each([
    ['11.0.2', /3\. Java: \S+\/java is Java 11, Kafka needs 17 or newer/],
    ['1.8.0_402', /3\. Java: \S+\/java is Java 8, Kafka needs 17 or newer/],
    ['21.0.1', /3\. Java: .*neither Maven \(mvn\) nor earlier downloaded jars in \S+kafka-4\.4\.0/],
  ])('with Java %s is told what is missing', async (version, reason) => {
    installJava(version);
    expect((await failure()).message).toMatch(reason);
  });

  it('is asked for one origin alone', async () => {
    expect((await failure({ use: 'java' })).message).not.toContain('Docker:');
    expect((await failure({ use: 'docker' })).message).not.toContain('Java:');
  });
});

describe('a cluster', () => {
  it('says that Docker gives none, and asks Java', async () => {
    const { message } = await failure({ brokers: 3 });
    expect(message).toContain(
      '2. Docker: it gives one broker without proxies: several, proxies, and features are started by Java\n',
    );
    expect(message).toContain('3. Java: there is no java in JAVA_HOME or PATH\n');
  });

  it.each([0, 1.5, -1, 100, NaN])('does not have %d brokers', async (brokers) => {
    expect((await failure({ brokers })).message).toBe(
      `the option brokers is ${brokers}: it is a whole number from 1 to 99`,
    );
  });

  it('needs the ports after the one that was given, too', async () => {
    // Below those that systems give out by themselves: another test must not get the port before it.
    let port = 21_001;
    while (!(await isFree(port - 1)) || !(await isFree(port))) port += 2;
    await listen(port);
    expect((await failure({ brokers: 2, port: port - 1 })).message).toContain(`port ${port} is taken`);
  });
});
