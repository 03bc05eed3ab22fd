/** Asks the JVM, and remembers its answers in a folder if there is one: what was asked before needs no JVM. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Jvm } from './jvm.js';
import type { Answer, Plan } from './plan.js';
import { temporaryFolder } from './temporary-folder.js';

const SOURCES = join(import.meta.dirname, 'jvm/src/main/java/millrace/parity');

export class Judge implements AsyncDisposable {
  private jvm: Promise<Jvm> | null = null;
  private temporary: Awaited<ReturnType<typeof temporaryFolder>> | null = null;
  private readonly program: string;

  /** @param memory folder for answers; null remembers nothing */
  constructor(private readonly memory: string | null) {
    if (memory !== null) mkdirSync(memory, { recursive: true });
    const sources = createHash('sha256');
    for (const file of readdirSync(SOURCES).sort()) sources.update(readFileSync(join(SOURCES, file)));
    // Another program may answer otherwise.
    this.program = sources.digest('hex');
  }

  async answer(plan: Plan): Promise<Answer> {
    if (this.memory === null) return this.ask(plan);
    const name = createHash('sha256').update(this.program).update(JSON.stringify(plan)).digest('hex');
    const file = join(this.memory, `${name.slice(0, 32)}.json.gz`);
    if (existsSync(file)) return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Answer;
    const answer = await this.ask(plan);
    writeFileSync(file, gzipSync(JSON.stringify(answer)));
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.jvm !== null) await (await this.jvm).stop();
    await this.temporary?.[Symbol.asyncDispose]();
  }

  private async ask(plan: Plan): Promise<Answer> {
    this.jvm ??= this.start();
    return (await this.jvm).answer(plan);
  }

  private async start(): Promise<Jvm> {
    this.temporary = await temporaryFolder();
    return Jvm.start(this.temporary.path);
  }
}
