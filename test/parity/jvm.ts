/** The JVM's side: the program in `jvm/`, built by Maven, answering one plan a line for as long as it is wanted. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildJvmProgram } from '../jvm-program.js';
import type { Answer, Plan } from './plan.js';

const FOLDER = join(import.meta.dirname, 'jvm');
const ANSWER_TIMEOUT_MS = 120_000;

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
    const { java, classPath } = await buildJvmProgram(FOLDER);
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
