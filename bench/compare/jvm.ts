/** The JVM's side: bench/jvm, built by Maven and run by Java. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import { commitIntervalOf } from '../run/arguments.js';
import type { Workload } from '../run/workloads.js';
import type { CompareArguments } from './arguments.js';
import { runChild } from './child.js';
import { readFigures, type Figures } from './figures.js';

const OLDEST_JAVA = 17;
const BUILD_TIMEOUT_SECONDS = 900;
const FILL_TIMEOUT_SECONDS = 900;
const HEAP = '-Xmx2g';

const ADVICE =
  'the comparison runs Kafka Streams itself: install a JDK 17 or newer and Maven ' +
  '(Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven)';

export class JvmSide {
  private constructor(
    private readonly java: string,
    private readonly classPath: string,
    /** First line of `java -version`. */
    readonly version: string,
  ) {}

  /**
   * Finds Java and Maven and builds the sources.
   * @param folder bench/jvm
   * @throws Error that says what is missing and how to install it
   */
  static async build(folder: string): Promise<JvmSide> {
    const java = await findProgram('java', ['JAVA_HOME']);
    if (java === undefined) throw new Error(`there is no java in JAVA_HOME or PATH; ${ADVICE}`);
    const { stdout, stderr } = await promisify(execFile)(java, ['-version']);
    const version = (stderr + stdout).trim().split('\n')[0] ?? '';
    if (!(Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1]) >= OLDEST_JAVA)) {
      throw new Error(`${java} is ${version}; ${ADVICE}`);
    }
    if ((await findProgram('javac', ['JAVA_HOME'])) === undefined) {
      throw new Error(`there is a Java runtime in ${dirname(java)}, but no compiler (javac); ${ADVICE}`);
    }
    const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
    if (maven === undefined) throw new Error(`there is no mvn in MAVEN_HOME or PATH; ${ADVICE}`);
    const kafka = `-Dkafka.version=${KAFKA_VERSION}`;
    await runChild(maven, ['-q', '-B', '-f', join(folder, 'pom.xml'), kafka, 'process-classes'], {
      timeoutSeconds: BUILD_TIMEOUT_SECONDS,
      capture: false,
    });
    const target = join(folder, 'target', KAFKA_VERSION);
    const separator = process.platform === 'win32' ? ';' : ':';
    return new JvmSide(java, [join(target, 'classes'), join(target, 'jars', '*')].join(separator), version);
  }

  /** Writes the orders of this seed to a topic. */
  async fill(brokers: string, topic: string, given: CompareArguments): Promise<void> {
    const { records, keys, seed, format } = given;
    const options = { brokers, topic, records, keys, seed, format };
    await this.run('fill', options, FILL_TIMEOUT_SECONDS);
  }

  async measure(brokers: string, workload: Workload, input: string, given: CompareArguments): Promise<Figures> {
    const { records, format, guarantee, timeout } = given;
    const how = { format, guarantee, 'commit-interval-ms': commitIntervalOf(guarantee) };
    return readFigures(await this.run('run', { brokers, workload, input, records, ...how }, timeout));
  }

  private run(
    command: string,
    options: Readonly<Record<string, string | number>>,
    timeoutSeconds: number,
  ): Promise<string> {
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const args = [HEAP, '-cp', this.classPath, 'millrace.bench.Main', command, ...words];
    return runChild(this.java, args, { timeoutSeconds, capture: true });
  }
}
