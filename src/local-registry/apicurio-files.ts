/** The program of Apicurio Registry, fetched once from Maven Central into the user's cache folder. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../local-kafka/find-program.js';
import { cacheFolder, exists, mavenReason, withLock } from '../local-kafka/kafka-jars.js';
import { LaunchError } from '../local-kafka/launch-error.js';

const run = promisify(execFile);

export const APICURIO_VERSION = '3.3.3';
const ARTIFACT = `io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`;
const ARCHIVE = `apicurio-registry-app-${APICURIO_VERSION}-all.tar.gz`;
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/** Folder with `quarkus-run.jar`. A folder that exists is complete; of several processes one downloads. */
export async function apicurioFiles(log: (line: string) => void): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, `apicurio-registry-${APICURIO_VERSION}`);
  if (await exists(folder)) return folder;
  const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
  if (maven === undefined) {
    throw new LaunchError(`there is neither Maven (mvn) nor an earlier download of the registry in ${folder}`);
  }
  await mkdir(cache, { recursive: true });
  return await withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return folder;
    log(`downloading Apicurio Registry ${APICURIO_VERSION} from Maven Central into ${folder} (once)`);
    const work = await mkdtemp(join(cache, 'download-'));
    try {
      await download(maven, work);
      await rename(join(work, 'unpacked'), folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return folder;
  });
}

async function download(maven: string, work: string): Promise<void> {
  const options = { cwd: work, timeout: DOWNLOAD_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 };
  try {
    await run(maven, ['-q', '-B', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false'], options);
    const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`];
    await run(maven, copy, options);
  } catch (error) {
    throw new LaunchError(`Maven could not download Apicurio Registry: ${mavenReason(error)}`, error);
  }
  const unpacked = join(work, 'unpacked');
  await mkdir(unpacked);
  try {
    await run('tar', ['xzf', join(work, ARCHIVE), '-C', unpacked], options);
  } catch (error) {
    throw new LaunchError(`tar could not unpack ${ARCHIVE}: ${String(error)}`, error);
  }
}
