/** The JVM's side: bench/jvm, built by Maven and run by Java. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import { commitIntervalOf } from '../run/arguments.js';
import type { OrderFormat } from '../run/formats.js';
import type { Workload } from '../run/workloads.js';
import type { CompareArguments } from './arguments.js';
import { runChild } from './child.js';
import { Served } from './served.js';
import { readFigures, type Figures } from './figures.js';

const OLDEST_JAVA = 17;
const BUILD_TIMEOUT_SECONDS = 900;
const FILL_TIMEOUT_SECONDS = 900;
const HEAP = '-Xmx2g';

const ADVICE =
  'the comparison runs Kafka Streams itself: install a JDK 17 or newer and Maven ' +
  '(Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven)';

/** What a topic of orders is to hold. */
export interface OrdersWanted {
  readonly records: number;
  readonly keys: number;
  readonly seed: number;
  readonly format: OrderFormat;
  /** Default `skewed`; `in-turn` leaves no user out. */
  readonly users?: 'skewed' | 'in-turn';
}

type Options = Readonly<Record<string, string | number>>;

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
  async fill(brokers: string, topic: string, given: OrdersWanted): Promise<void> {
    const { records, keys, seed, format, users = 'skewed' } = given;
    const options = { brokers, topic, records, keys, seed, format, users };
    await this.run('fill', options, FILL_TIMEOUT_SECONDS);
  }

  async measure(brokers: string, workload: Workload, input: string, given: CompareArguments): Promise<Figures> {
    const { records, format, guarantee, timeout } = given;
    const how = { format, guarantee, 'commit-interval-ms': commitIntervalOf(guarantee) };
    return readFigures(await this.run('run', { brokers, workload, input, records, ...how }, timeout));
  }

  /** Takes the time of answers; the line that it printed. See `Probe` of bench/jvm. */
  probe(options: Options, timeoutSeconds: number): Promise<string> {
    return this.run('probe', options, timeoutSeconds);
  }

  /** Starts a command that is ended from outside. */
  start(command: 'serve' | 'probe', options: Options): Served {
    return new Served(this.java, this.words(command, options));
  }

  private run(command: string, options: Options, timeoutSeconds: number): Promise<string> {
    return runChild(this.java, this.words(command, options), { timeoutSeconds, capture: true });
  }

  private words(command: string, options: Options): string[] {
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    return [HEAP, '-cp', this.classPath, 'millrace.bench.Main', command, ...words];
  }
}
