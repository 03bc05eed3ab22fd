/** The JVM's side: the program in `jvm/`, built by Maven, answering one plan a line for as long as it is wanted. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findProgram } from '../../src/local-kafka/find-program.js';
import type { Answer, Plan } from './plan.js';

const FOLDER = join(import.meta.dirname, 'jvm');
const BUILD_TIMEOUT_MS = 15 * 60_000;
const ANSWER_TIMEOUT_MS = 120_000;

const ADVICE =
  'the judge runs Kafka Streams itself: install a JDK 17 or newer and Maven ' +
  '(Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven)';

export class Jvm {
  private readonly waiting: { answer: (answer: Answer) => void; fail: (error: Error) => void }[] = [];
  /** Also when it ended by itself. */
  private readonly ended: Promise<void>;
  private readonly killOnExit = (): void => {
    this.child.kill('SIGKILL');
  };

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.waiting.shift()?.answer(JSON.parse(line) as Answer);
    });
    child.stderr.pipe(process.stderr);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        const error = new Error(`the JVM ended with ${String(signal ?? code)}`);
        for (const { fail } of this.waiting.splice(0)) fail(error);
        resolve();
      });
    });
    child.once('error', (error) => {
      for (const { fail } of this.waiting.splice(0)) fail(error);
    });
    process.on('exit', this.killOnExit);
  }

  /**
   * Builds the program and starts it.
   * @param temporary folder for the stores, preferably in memory
   * @throws Error that says what is missing and how to install it
   */
  static async start(temporary?: string): Promise<Jvm> {
    const java = await findProgram('java', ['JAVA_HOME']);
    const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
    if (java === undefined || maven === undefined) {
      throw new Error(`there is no ${java === undefined ? 'java' : 'mvn'} in PATH; ${ADVICE}`);
    }
    await promisify(execFile)(maven, ['-q', '-B', '-f', join(FOLDER, 'pom.xml'), 'process-classes'], {
      timeout: BUILD_TIMEOUT_MS,
    });
    const separator = process.platform === 'win32' ? ';' : ':';
    const classPath = [join(FOLDER, 'target/classes'), join(FOLDER, 'target/jars/*')].join(separator);
    return new Jvm(
      spawn(java, [
        '-Xmx1g',
        '-XX:+UseSerialGC',
        // Else an error that is thrown often has no text any more.
        '-XX:-OmitStackTraceInFastThrow',
        ...(temporary === undefined ? [] : [`-Djava.io.tmpdir=${temporary}`]),
        '-cp',
        classPath,
        'millrace.parity.Main',
      ]),
    );
  }

  /** Answers come in the order of the questions, so several may be asked at once. */
  answer(plan: Plan): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.child.kill('SIGKILL');
      }, ANSWER_TIMEOUT_MS);
      this.waiting.push({
        answer: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.child.stdin.write(`${JSON.stringify(plan)}\n`);
    });
  }

  /** Lets it end by itself. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
    process.off('exit', this.killOnExit);
  }
}
