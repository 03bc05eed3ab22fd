/** Heartbeats from a thread of their own, which user code cannot hold up; from the main thread where that cannot be had. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BrokerError } from '../../errors/broker-error.js';
import type { Logger } from '../../observe/logger.js';
import type { GroupIdentity, GroupOptions } from '../port.js';
import type { HeartbeatListener, Heartbeats, OpenHeartbeats } from '../wire/group/heartbeats.js';
import { LifeSign, type ClockReading } from '../wire/group/life-sign.js';
import type { KafkaOptions } from './kafka-options.js';
import { plainOptions } from './plain-options.js';
import type { FromThread, PlainError, ThreadData, ToThread } from './thread-messages.js';

/** For the thread to load its code. The disk may be slow; nothing is held but the start. */
const LOAD_LIMIT_MS = 10_000;

/** The one who beats here, for as long as there is no thread, or no thread any more. */
type BeatHere = (listener: HeartbeatListener) => Heartbeats;
type StartThread = (data: ThreadData) => Worker;

/** @param startThread only tests give another one */
export function threadedHeartbeats(
  kafka: KafkaOptions,
  logger: Logger,
  startThread: StartThread = startHeartbeatThread,
): OpenHeartbeats {
  return (group, listener, here) => new ThreadedHeartbeats(kafka, logger, startThread, group, listener, here);
}

class ThreadedHeartbeats implements Heartbeats {
  private readonly sign = new LifeSign();
  private worker: Worker | null = null;
  /** Beats on this thread, once it is known that the other one cannot. */
  private here: Heartbeats | null = null;
  private closed = false;
  /** What was started and not stopped, for whoever takes over. */
  private current: { readonly identity: GroupIdentity; readonly term: number; readonly sent: ClockReading } | null =
    null;
  private connecting: Promise<void> | null = null;

  constructor(
    private readonly kafka: KafkaOptions,
    private readonly logger: Logger,
    private readonly startThread: StartThread,
    private readonly group: GroupOptions,
    private readonly listener: HeartbeatListener,
    private readonly openHere: BeatHere,
  ) {}

  connect(): Promise<void> {
    this.connecting ??= this.open();
    return this.connecting;
  }

  start(identity: GroupIdentity, term: number, sent: ClockReading): void {
    this.current = { identity, term, sent };
    this.sign.heard(sent);
    if (this.here === null) this.tell({ type: 'start', ...this.current });
    else this.here.start(identity, term, sent);
  }

  join(): void {
    if (this.here === null) this.tell({ type: 'join' });
    else this.here.join();
  }

  stop(): void {
    this.current = null;
    if (this.here === null) this.tell({ type: 'stop' });
    else this.here.stop();
  }

  hurry(): void {
    if (this.here === null) this.tell({ type: 'hurry' });
    else this.here.hurry();
  }

  silence(): number {
    return Math.min(this.sign.silence(), this.here?.silence() ?? Infinity);
  }

  isOut(term: number): boolean {
    return this.sign.isOut(term) || this.here?.isOut(term) === true;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.current = null;
    const { worker } = this;
    this.worker = null;
    await Promise.all([this.here?.close(), worker?.terminate()]);
  }

  private async open(): Promise<void> {
    const kafka = plainOptions(this.kafka);
    if (typeof kafka === 'string') {
      this.beatHere(`${kafka}, which no other thread can have`);
      return;
    }
    let worker: Worker;
    try {
      worker = this.startThread({ kafka, group: this.group, memory: this.sign.memory });
    } catch (error) {
      this.beatHere((error as Error).message);
      return;
    }
    this.worker = worker;
    const problem = await this.ready(worker);
    if (this.closed) {
      await worker.terminate();
    } else if (problem !== null) {
      this.worker = null;
      void worker.terminate();
      this.beatHere(problem);
    } else {
      // It must not keep a process alive that has nothing else to do.
      worker.unref();
    }
  }

  /** Null once it is ready, or what prevents that. Later failures are dealt with when they come. */
  private ready(worker: Worker): Promise<string | null> {
    return new Promise((resolve) => {
      let ready = false;
      const timer = setTimeout(() => {
        resolve(`the heartbeat thread was not ready within ${String(LOAD_LIMIT_MS)} ms`);
      }, LOAD_LIMIT_MS);
      const ended = (reason: string): void => {
        clearTimeout(timer);
        resolve(reason);
        if (ready && this.worker === worker) {
          this.worker = null;
          this.beatHere(reason);
        }
      };
      worker.on('message', (message: FromThread) => {
        if (message.type !== 'ready') {
          this.hear(message);
          return;
        }
        ready = true;
        clearTimeout(timer);
        resolve(null);
      });
      worker.on('error', (error: Error) => {
        ended(`the heartbeat thread failed: ${error.message}`);
      });
      worker.once('exit', () => {
        ended('the heartbeat thread has ended');
      });
    });
  }

  private beatHere(reason: string): void {
    if (this.closed || this.here !== null) return;
    const limit = String(this.group.sessionTimeoutMs);
    this.logger.warn(
      `heartbeats are sent from the main thread: ${reason}. Code that holds it for longer than sessionTimeout (${limit} ms) loses the tasks of this instance; raise sessionTimeout where there is such code`,
      { group: this.group.groupId },
    );
    this.here = this.openHere(this.listener);
    if (this.current !== null) this.here.start(this.current.identity, this.current.term, this.current.sent);
  }

  private hear(message: Exclude<FromThread, { type: 'ready' }>): void {
    if (message.type === 'log') {
      if (message.fields === undefined) this.logger[message.level](message.message);
      else this.logger[message.level](message.message, message.fields);
      return;
    }
    // What it said of an identity that is not the current one any more was overtaken.
    if (this.closed || this.current?.term !== message.term) return;
    switch (message.type) {
      case 'acknowledged':
        this.listener.acknowledged();
        return;
      case 'rebalancing':
        this.listener.rebalancing();
        return;
      case 'unanswered':
      case 'lost':
      case 'failed':
        this.listener[message.type](brokerError(message.error));
    }
  }

  private tell(message: ToThread): void {
    this.worker?.postMessage(message);
  }
}

function brokerError({ message, class: errorClass, kafkaCode, code }: PlainError): BrokerError {
  return new BrokerError(errorClass, message, { kafkaCode, code });
}

function startHeartbeatThread(workerData: ThreadData): Worker {
  // In this form bundlers that know of threads put the file where it is looked for.
  const entry = new URL('./heartbeat-thread.js', import.meta.url);
  if (import.meta.url.endsWith('.ts'))
    return startFromSource(new URL('./heartbeat-thread.ts', import.meta.url), workerData);
  if (entry.protocol !== 'file:' || !existsSync(fileURLToPath(entry))) {
    throw new Error('the file of the heartbeat thread is not beside the code that starts it, as in a bundle');
  }
  return new Worker(entry, { name: 'millrace heartbeats', workerData });
}

/** Tests and development run the source, which a thread can only load with a loader of its own. */
function startFromSource(entry: URL, workerData: ThreadData): Worker {
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); });`;
  return new Worker(code, { eval: true, name: 'millrace heartbeats', workerData });
}
