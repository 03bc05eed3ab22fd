import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cacheFolder, kafkaJars } from '../../src/local-kafka/kafka-jars.js';

let folder: string;
let cache: string;
const quiet = (): void => undefined;

/** Plays Maven: notes that it ran, checks that it got its arguments, takes a while, and makes a jar. */
const MAVEN = `#!/bin/sh
echo run >> "$0.runs"
[ -f "$4" ] || exit 9
for argument in "$@"; do case $argument in -DoutputDirectory=*) out=\${argument#*=};; esac; done
sleep 0.3
mkdir "$out" && cp "$4" "$out/kafka.jar"
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-jars-'));
  cache = join(folder, 'cache/millrace');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('MAVEN_HOME', undefined);
  vi.stubEnv('M2_HOME', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function maven(script: string): string {
  const path = join(folder, 'bin/mvn');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH ?? ''}`);
  return path;
}

it('lies in the cache folder of the user', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/millrace');
  expect(cacheFolder({})).toMatch(/\/\.cache\/millrace$/);
});

it('downloads a version once, also when asked for it several times at once', async () => {
  const path = maven(MAVEN);
  const folders = await Promise.all([1, 2, 3].map(() => kafkaJars('9.9.9', quiet)));
  expect(new Set(folders)).toEqual(new Set([join(cache, 'kafka-9.9.9')]));
  expect(readFileSync(`${path}.runs`, 'utf8')).toBe('run\n');
  expect(readFileSync(join(cache, 'kafka-9.9.9/kafka.jar'), 'utf8')).toContain('<version>9.9.9</version>');
  expect(readdirSync(cache)).toEqual(['kafka-9.9.9']);
});

it('needs no Maven for what is there', async () => {
  mkdirSync(join(cache, 'kafka-9.9.9'), { recursive: true });
  vi.stubEnv('PATH', join(folder, 'none'));
  expect(await kafkaJars('9.9.9', quiet)).toBe(join(cache, 'kafka-9.9.9'));
});

it('says that Maven is missing', async () => {
  vi.stubEnv('PATH', join(folder, 'none'));
  await expect(kafkaJars('9.9.9', quiet)).rejects.toThrow(/neither Maven \(mvn\) nor earlier downloaded jars/);
});

it('passes on what Maven said, leaves nothing half done, and downloads the next time', async () => {
  const path = maven('#!/bin/sh\necho "[INFO] x"; echo "[ERROR] no such version"; exit 1\n');
  await expect(kafkaJars('9.9.9', quiet)).rejects.toThrow(
    /could not download Apache Kafka 9\.9\.9: \[ERROR\] no such version/,
  );
  expect(readdirSync(cache)).toEqual([]);
  writeFileSync(path, MAVEN);
  expect(existsSync(await kafkaJars('9.9.9', quiet))).toBe(true);
});

it('takes over the lock of a process that is gone', async () => {
  maven(MAVEN);
  mkdirSync(cache, { recursive: true });
  // Process ids end far below this one.
  writeFileSync(join(cache, 'kafka-9.9.9.lock'), '2147483646\n');
  const folders = await Promise.all([kafkaJars('9.9.9', quiet), kafkaJars('9.9.9', quiet)]);
  expect(folders[0]).toBe(folders[1]);
  expect(readdirSync(cache)).toEqual(['kafka-9.9.9']);
});

it('waits for a process that is downloading', async () => {
  const path = maven(MAVEN);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'kafka-9.9.9.lock'), `${process.pid}\n`);
  const waiting = kafkaJars('9.9.9', quiet);
  mkdirSync(join(cache, 'kafka-9.9.9'));
  rmSync(join(cache, 'kafka-9.9.9.lock'));
  await waiting;
  expect(existsSync(`${path}.runs`)).toBe(false);
});
