/** Kafka Streams itself, for what is compared with it: a Maven project of this repository, built and ready to run. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../src/local-kafka/find-program.js';
import { KAFKA_VERSION } from '../src/local-kafka/kafka-version.js';

const BUILD_TIMEOUT_MS = 15 * 60_000;

const ADVICE =
  'Kafka Streams itself is run: install a JDK 17 or newer and Maven ' +
  '(Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven)';

export interface JvmProgram {
  /** Path of the program. */
  readonly java: string;
  readonly classPath: string;
}

/** Whether there is what it takes: Java and Maven. */
export async function jvmCanRun(): Promise<boolean> {
  const { java, maven } = await programs();
  return java !== undefined && maven !== undefined;
}

/**
 * Builds a project with that version of Kafka Streams.
 * @param folder where its pom.xml is
 * @throws Error that says what is missing and how to install it
 */
export async function buildJvmProgram(folder: string, version = KAFKA_VERSION): Promise<JvmProgram> {
  const { java, maven } = await programs();
  if (java === undefined || maven === undefined) {
    throw new Error(`there is no ${java === undefined ? 'java' : 'mvn'} in PATH; ${ADVICE}`);
  }
  const args = ['-q', '-B', '-f', join(folder, 'pom.xml'), `-Dkafka.version=${version}`, 'process-classes'];
  await promisify(execFile)(maven, args, { timeout: BUILD_TIMEOUT_MS });
  const target = join(folder, 'target', version);
  const separator = process.platform === 'win32' ? ';' : ':';
  return { java, classPath: [join(target, 'classes'), join(target, 'jars/*')].join(separator) };
}

async function programs(): Promise<{ java: string | undefined; maven: string | undefined }> {
  const found = [findProgram('java', ['JAVA_HOME']), findProgram('mvn', ['MAVEN_HOME', 'M2_HOME'])] as const;
  const [java, maven] = await Promise.all(found);
  return { java, maven };
}
