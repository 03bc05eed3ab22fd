/** What is fed: records of each partition by a writer of its own, whose event time only ever goes forward. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import { murmur2Partition } from '../../../src/broker/wire/murmur2.js';
import { Draw } from '../../parity/draw.js';
import { keysByPartition } from '../load.js';
import { PARTITIONS, PRODUCT_PARTITIONS, type InputName, type SuiteTopics } from './order.js';
import { CLOSING } from './topology.js';

const SLICE_MS = 100;
const PAUSE_MS = 200;
const REQUEST_TIMEOUT_MS = 3_000;
const GIVE_UP_MS = 120_000;

const KEYS = 80;
/** Of a partition's keys so many have clicks at a time, for so long; then their sessions end. */
const ACTIVE_KEYS = 5;
const ACTIVE_MS = 1_800;
const ROWS = 32;
const PRODUCTS = 12;

/** Of a partition, in each slice. */
const CLICKS = 4;
const VIEWS = 2;

const MINUTE_MS = 60_000;
/** Records happened so long ago that the closing ones, past every grace, are not in the future, which brokers refuse. */
const AGO_MS = 240 * MINUTE_MS;
const CLOSING_AFTER_MS = 150 * MINUTE_MS;

export interface FeedSettings {
  readonly brokers: readonly string[];
  readonly topics: SuiteTopics;
  readonly seed: number;
}

export class Inputs {
  readonly #writers: Writer[];
  #fed: Promise<unknown> = Promise.resolve();

  constructor(settings: FeedSettings) {
    const base = Math.floor(Date.now() / 1_000) * 1_000 - AGO_MS;
    this.#writers = Array.from({ length: PARTITIONS }, (_, partition) => new Writer(partition, base, settings));
  }

  start(): void {
    this.#fed = Promise.all(this.#writers.map((writer) => writer.feed()));
    // What goes wrong is thrown by `stop`.
    this.#fed.catch(() => undefined);
  }

  /** Ends when everything was acknowledged. */
  async stop(): Promise<void> {
    for (const writer of this.#writers) writer.stop();
    await this.#fed;
  }

  /** Moves the time of all partitions past the end of every window and its grace. */
  async close(round: number): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.sendClosing(round)));
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.disconnect()));
  }
}

type Batch = Partial<Record<InputName, Message[]>>;

class Writer {
  readonly #draw: Draw;
  readonly #clickers: readonly string[];
  readonly #rows: readonly string[];
  readonly #versions = new Map<string, number>();
  #producer: Producer | undefined;
  #on = true;
  #time: number;
  #number = 0;
  #first: number;

  constructor(
    private readonly partition: number,
    private readonly base: number,
    private readonly settings: FeedSettings,
  ) {
    this.#draw = new Draw(settings.seed * 31 + partition);
    this.#clickers = keysByPartition(KEYS, PARTITIONS)[partition]!;
    this.#rows = keysByPartition(ROWS, PARTITIONS)[partition]!;
    this.#time = base;
    this.#first = partition;
  }

  async feed(): Promise<void> {
    while (this.#on) {
      const begun = performance.now();
      await this.#send(this.#slice());
      await sleep(Math.max(0, SLICE_MS - (performance.now() - begun)));
    }
  }

  stop(): void {
    this.#on = false;
  }

  async sendClosing(round: number): Promise<void> {
    const timestamp = String(this.base + CLOSING_AFTER_MS + round * MINUTE_MS);
    const message = { key: `${CLOSING}-${String(round)}`, value: '0', timestamp, partition: this.partition };
    await this.#send({ clicks: [message], views: [message] });
  }

  async disconnect(): Promise<void> {
    await this.#producer?.disconnect();
    this.#producer = undefined;
  }

  #slice(): Batch {
    const { partition } = this;
    const draw = this.#draw;
    const from = this.#time;
    this.#time += SLICE_MS;
    const turn = Math.floor((from - this.base) / ACTIVE_MS) * ACTIVE_KEYS;
    const clicker = (): string => this.#clickers[(turn + draw.int(ACTIVE_KEYS)) % this.#clickers.length]!;
    const stream = (count: number): Message[] =>
      Array.from({ length: count }, (_, i) => ({
        key: clicker(),
        value: String(this.#number++),
        timestamp: String(from + Math.floor((i * SLICE_MS) / count)),
        partition,
      }));
    const row = (table: string, key: string, suffix = ''): Message => {
      const version = (this.#versions.get(`${table} ${key}`) ?? 0) + 1;
      this.#versions.set(`${table} ${key}`, version);
      return { key, value: `${String(version)}${suffix}`, timestamp: String(from), partition };
    };
    const product = `product-${String(draw.int(PRODUCTS / PARTITIONS) * PARTITIONS + partition)}`;
    return {
      clicks: stream(CLICKS),
      views: stream(VIEWS),
      lefts: [row('lefts', draw.pick(this.#rows))],
      rights: [row('rights', draw.pick(this.#rows))],
      orders: [row('orders', draw.pick(this.#rows), `@product-${String(draw.int(PRODUCTS))}`)],
      products: draw.chance(0.5)
        ? [{ ...row('products', product), partition: murmur2Partition(Buffer.from(product), PRODUCT_PARTITIONS) }]
        : [],
    };
  }

  /** Again and again until it is acknowledged: the truth is what the topics hold in the end. */
  async #send(batch: Batch): Promise<void> {
    const { topics } = this.settings;
    const topicMessages = (Object.entries(batch) as [InputName, Message[]][])
      .filter(([, messages]) => messages.length > 0)
      .map(([name, messages]) => ({ topic: topics[name], messages }));
    for (const giveUp = performance.now() + GIVE_UP_MS; ;) {
      try {
        this.#producer ??= await this.#connect();
        await this.#producer.sendBatch({ acks: -1, timeout: REQUEST_TIMEOUT_MS, topicMessages });
        return;
      } catch (error) {
        if (performance.now() > giveUp) throw error;
        // It may wait for a broker that hangs; nobody waits for it.
        this.#producer?.disconnect().catch(() => undefined);
        this.#producer = undefined;
        await sleep(PAUSE_MS);
      }
    }
  }

  async #connect(): Promise<Producer> {
    const { brokers } = this.settings;
    const from = this.#first++ % brokers.length;
    const kafka = new Kafka({
      clientId: `writer-${String(this.partition)}`,
      brokers: [...brokers.slice(from), ...brokers.slice(0, from)],
      logLevel: logLevel.NOTHING,
      connectionTimeout: 1_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
    });
    const producer = kafka.producer({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 } });
    await producer.connect();
    return producer;
  }
}
