/** So many records a second into one partition, by a producer of its own: a broker that is away silences its partitions alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';

const SLICE_MS = 20;
const PAUSE_MS = 100;
const REQUEST_TIMEOUT_MS = 3_000;
const GIVE_UP_MS = 300_000;

export interface FeedSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partition: number;
  readonly recordsPerSecond: number;
  readonly message: () => Message;
  /** Told of records that are in the topic for certain. Others may be in it as well, even twice. */
  readonly acknowledged?: (messages: readonly Message[]) => void;
}

export class Feed {
  #on = true;
  #producer: Producer | undefined;
  /** Which broker is asked first; another one after every failure, since one that hangs takes connections and is silent. */
  #first = 0;
  #fed: Promise<void> = Promise.resolve();

  private constructor(private readonly settings: FeedSettings) {}

  static start(settings: FeedSettings): Feed {
    const feed = new Feed(settings);
    feed.#fed = feed.#feed();
    return feed;
  }

  /** Ends when what was to be sent until now has been acknowledged. */
  async stop(): Promise<void> {
    this.#on = false;
    await this.#fed;
    await this.#producer?.disconnect();
    this.#producer = undefined;
  }

  /** Sends these, once the feed has been stopped. */
  async sendAlone(messages: readonly Message[]): Promise<void> {
    await this.#send(messages);
    await this.#producer?.disconnect();
    this.#producer = undefined;
  }

  async #feed(): Promise<void> {
    const { recordsPerSecond, message } = this.settings;
    const begun = performance.now();
    let sent = 0;
    while (this.#on) {
      const due = Math.floor(((performance.now() - begun) / 1000) * recordsPerSecond);
      // After an outage it does not make up for all that it could not send: the load is what the cluster takes.
      const count = Math.min(due - sent, Math.ceil(recordsPerSecond));
      sent = due;
      if (count > 0) await this.#send(Array.from({ length: count }, message));
      await sleep(SLICE_MS);
    }
  }

  /** Again and again until they are acknowledged. */
  async #send(messages: readonly Message[]): Promise<void> {
    const { topic, partition, acknowledged } = this.settings;
    const there = messages.map((message) => ({ ...message, partition }));
    for (const giveUp = performance.now() + GIVE_UP_MS; ;) {
      try {
        this.#producer ??= await this.#connect();
        await this.#producer.send({ topic, acks: -1, timeout: REQUEST_TIMEOUT_MS, messages: there });
        acknowledged?.(messages);
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
    const { brokers, topic, partition } = this.settings;
    const from = this.#first++ % brokers.length;
    const kafka = new Kafka({
      clientId: `feed-${topic}-${partition}`,
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
