/** Kafka's own consumer and admin client in a process beside the run: what a reader of committed records sees, and when. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram } from '../../../src/local-kafka/find-program.js';
import { kafkaJars } from '../../../src/local-kafka/kafka-jars.js';
import { KAFKA_VERSION } from '../../../src/local-kafka/kafka-version.js';
import type { SeenRecord } from './journal.js';

interface Waiting {
  readonly command: string;
  resolve(answer: string): void;
  reject(error: Error): void;
}

export class Witness {
  /** Told of each record as it comes to be seen. */
  onRecord: (record: SeenRecord) => void = () => undefined;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#hear(line);
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', (code) => {
      process.off('exit', kill);
      for (const { command, reject } of this.#waiting.values()) {
        reject(new Error(`the witness ended with ${String(code)} before it answered ${command}`));
      }
      this.#waiting.clear();
    });
  }

  static async start(brokers: readonly string[]): Promise<Witness> {
    const java = await findProgram('java', ['JAVA_HOME']);
    if (java === undefined) throw new Error('there is no java in PATH: the results are read by Kafka’s own consumer');
    const jars = await kafkaJars(KAFKA_VERSION, () => undefined);
    const source = join(import.meta.dirname, 'jvm/Witness.java');
    const options = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*')];
    const child = spawn(java, [...options, source, brokers.join()], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    child.once('exit', (code) => {
      if (code !== 0 && code !== null) console.error(said);
    });
    await once(child, 'spawn');
    return new Witness(child);
  }

  /** @throws Error with what Kafka's client said when it could not be done */
  ask(...words: readonly (string | number)[]): Promise<string> {
    this.#asked += 1;
    const number = this.#asked;
    const command = words.join(' ');
    return new Promise((resolve, reject) => {
      if (this.child.exitCode !== null) {
        reject(new Error(`the witness has ended and cannot answer ${command}`));
        return;
      }
      this.#waiting.set(number, { command, resolve, reject });
      this.child.stdin.write(`${String(number)} ${command}\n`);
    });
  }

  /** Offsets by `topic:partition`, of the commands that answer with such. */
  async offsets(...words: readonly string[]): Promise<Map<string, number>> {
    const answer = await this.ask(...words);
    return new Map(
      answer
        .split(' ')
        .filter((one) => one !== '')
        .map((one): [string, number] => {
          const at = one.lastIndexOf('=');
          return [one.slice(0, at), Number(one.slice(at + 1))];
        }),
    );
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    await ended;
  }

  #hear(line: string): void {
    const words = line.split(' ');
    if (words[0] === 'R') {
      const [, topic = '', partition, offset, timestamp, key = '-', value = '-'] = words;
      this.onRecord({
        topic,
        partition: Number(partition),
        offset: Number(offset),
        timestamp: Number(timestamp),
        key: text(key),
        value: text(value),
        seenAt: performance.now(),
      });
      return;
    }
    const number = Number(words[1]);
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    const rest = words.slice(2).join(' ');
    if (words[0] === 'A') waiting.resolve(rest);
    else waiting.reject(new Error(`${waiting.command}: ${rest}`));
  }
}

function text(encoded: string): string | null {
  return encoded === '-' ? null : Buffer.from(encoded, 'base64').toString();
}
