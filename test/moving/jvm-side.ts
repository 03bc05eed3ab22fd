/** The application as Kafka Streams runs it: one JVM, the program in jvm/, for all applications. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildJvmProgram } from '../jvm-program.js';
import type { RunningSide, RunPlan, Side } from './side.js';

const FOLDER = join(import.meta.dirname, 'jvm');

interface Answer {
  readonly run: string;
  readonly started?: string;
  readonly closed?: boolean;
  readonly restored?: number;
  readonly failed?: string;
  readonly bytes?: string;
  readonly value?: string;
  readonly start?: number;
}

/** What Kafka Streams makes of a value, or of bytes, with a serde of Avro whose schemas are in the registry. */
export interface Conversion {
  readonly topic: string;
  readonly key: boolean;
  readonly schema: string;
  /** False: named types in it get subjects of their own, which it refers to. Default: true. */
  readonly whole?: boolean;
  /** A window around it: its length, ms, and where it starts. */
  readonly windowMs?: number;
  readonly start?: number;
  /** One of the two: in JSON, as Avro has it; in hexadecimal. */
  readonly value?: string;
  readonly bytes?: string;
}

/** What waits for the answers of one run. */
interface Waiting {
  started(description: string): void;
  closed(restored: number): void;
  failed(error: Error): void;
  converted?(answer: Answer): void;
}

export class JvmSide implements Side {
  readonly name = 'jvm';
  private readonly runs = new Map<string, Waiting>();
  private readonly killOnExit = (): void => {
    this.child.kill('SIGKILL');
  };

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => this.take(JSON.parse(line) as Answer));
    child.stderr.pipe(process.stderr);
    child.once('error', (error) => this.failAll(error));
    child.once('close', (code, signal) => this.failAll(new Error(`the JVM ended with ${String(signal ?? code)}`)));
    process.on('exit', this.killOnExit);
  }

  /**
   * Builds the program with `MILLRACE_TEST_STREAMS_VERSION` of Kafka Streams and starts it.
   * @param registry address of Apicurio's own API, for applications with Avro
   */
  static async start(registry = ''): Promise<JvmSide> {
    const { java, classPath } = await buildJvmProgram(FOLDER, process.env.MILLRACE_TEST_STREAMS_VERSION);
    const flags = ['-Xmx1g', '-XX:+UseSerialGC', `-Dmillrace.registry=${registry}`];
    return new JvmSide(spawn(java, [...flags, '-cp', classPath, 'millrace.moving.Main']));
  }

  /** The bytes of a value, or the value of bytes. */
  convert(conversion: Conversion): Promise<Pick<Answer, 'bytes' | 'value' | 'start'>> {
    const run = `conversion ${String(this.runs.size)}`;
    return new Promise((resolve, reject) => {
      const never = (): void => reject(new Error('a conversion is no application'));
      this.runs.set(run, { started: never, closed: never, failed: reject, converted: resolve });
      this.tell({ command: 'convert', run, windowMs: 0, start: 0, whole: true, ...conversion });
    });
  }

  start({ application, applicationId, brokers, inputs, output, stateDir }: RunPlan): Promise<RunningSide> {
    const closing = pending<number>();
    const failing = pending<never>();
    return new Promise((resolve, reject) => {
      this.runs.set(stateDir, {
        started: (description) =>
          resolve({
            description,
            failed: failing.promise,
            close: () => {
              this.tell({ command: 'close', run: stateDir });
              return closing.promise;
            },
          }),
        closed: closing.resolve,
        failed: (error) => {
          reject(error);
          failing.reject(error);
          closing.reject(error);
        },
      });
      const { name, guarantee = 'at-least-once', storeFormat = 'default' } = application;
      const about = {
        application: name,
        guarantee,
        storeFormat,
        applicationId,
        brokers: brokers.join(),
        inputs,
        output,
        stateDir,
      };
      this.tell({ command: 'start', run: stateDir, ...about });
    });
  }

  /** Lets it end by itself. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.child.stdin.end();
    await ended;
    process.off('exit', this.killOnExit);
  }

  private tell(command: object): void {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  private take(answer: Answer): void {
    const run = this.runs.get(answer.run);
    if (answer.failed !== undefined) run?.failed(new Error(answer.failed));
    else if (answer.bytes !== undefined || answer.value !== undefined) run?.converted?.(answer);
    else if (answer.started !== undefined) run?.started(answer.started);
    else if (answer.closed === true) run?.closed(answer.restored ?? 0);
    else run?.failed(new Error(`Kafka Streams could not be closed in time: ${JSON.stringify(answer)}`));
  }

  private failAll(error: Error): void {
    for (const run of this.runs.values()) run.failed(error);
  }
}

interface Pending<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** A promise to be settled from outside; that nobody waits for it when it is rejected is no error. */
function pending<T>(): Pending<T> {
  let settle: Omit<Pending<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined);
  return { promise, ...settle! };
}
