/** The jars of Apache Kafka, fetched once from Maven Central into the user's cache folder. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LaunchError } from './launch-error.js';
import { findProgram } from './find-program.js';

const LOG4J_VERSION = '2.24.3';
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/** `$XDG_CACHE_HOME/millrace`, or `~/.cache/millrace`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment.XDG_CACHE_HOME;
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'millrace');
}

/**
 * Folder with the jars of that version; downloads them with Maven when they are not there yet. Processes may do so at the
 * same time: one downloads, the others wait, and a folder that exists is always complete.
 */
export async function kafkaJars(version: string, log: (line: string) => void): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, `kafka-${version}`);
  if (await exists(folder)) return folder;
  const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
  if (maven === undefined) {
    throw new LaunchError(`Java is here, but neither Maven (mvn) nor earlier downloaded jars in ${folder}`);
  }
  await mkdir(cache, { recursive: true });
  return await withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return folder;
    log(`downloading Apache Kafka ${version} from Maven Central into ${folder} (once)`);
    await download(maven, version, cache, folder);
    return folder;
  });
}

async function download(maven: string, version: string, cache: string, folder: string): Promise<void> {
  const work = await mkdtemp(join(cache, 'download-'));
  try {
    await writeFile(join(work, 'pom.xml'), pom(version));
    const args = ['-q', '-B', '-f', join(work, 'pom.xml'), 'dependency:copy-dependencies'];
    try {
      await promisify(execFile)(maven, [...args, `-DoutputDirectory=${join(work, 'jars')}`, '-DincludeScope=runtime'], {
        timeout: DOWNLOAD_TIMEOUT_MS,
        maxBuffer: 16 * 1024 * 1024,
      });
    } catch (error) {
      throw new LaunchError(`Maven could not download Apache Kafka ${version}: ${mavenReason(error)}`, error);
    }
    await rename(join(work, 'jars'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * A lock file with the owner's process id, created exclusively. A lock whose owner is gone is taken over; renaming it
 * away first makes sure that only one of several waiting processes does so.
 */
export async function withLock<T>(path: string, body: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + DOWNLOAD_TIMEOUT_MS;
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (await isAbandoned(path)) {
      const aside = `${path}.${process.pid}`;
      await rename(path, aside).catch(ignoreMissing);
      await rm(aside, { force: true });
      continue;
    }
    if (Date.now() > deadline) {
      throw new LaunchError(`another process has held ${path} for too long: delete it if none is downloading`);
    }
    await sleep(200);
  }
  try {
    return await body();
  } finally {
    await rm(path, { force: true });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const owner = Number((await readFile(path, 'utf8')).trim());
    // Between creation and its first write the file is empty: give its owner a moment.
    if (!Number.isInteger(owner) || owner <= 0) return Date.now() - (await stat(path)).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return true;
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EPERM')) return false;
    throw error;
  }
}

function pom(version: string): string {
  const dependency = (group: string, artifact: string, artifactVersion: string): string =>
    `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${artifactVersion}</version></dependency>\n`;
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0">\n' +
    '  <modelVersion>4.0.0</modelVersion>\n' +
    '  <groupId>millrace</groupId><artifactId>local-kafka</artifactId><version>1</version>\n' +
    '  <dependencies>\n' +
    dependency('org.apache.kafka', 'kafka_2.13', version) +
    dependency('org.apache.kafka', 'kafka-tools', version) +
    dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION) +
    '  </dependencies>\n' +
    '</project>\n'
  );
}

/** Maven writes its errors to standard output, the first line of them being the useful one. */
export function mavenReason(error: unknown): string {
  const output = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
  const line = output.split('\n').find((text) => text.includes('ERROR'));
  return line?.trim() ?? (error instanceof Error ? error.message : String(error));
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
