/** All that is sent to a soaked application. */
import { keysByPartition } from '../faults/load.js';
import { Feed } from '../faults/feed.js';
import type { ExpectedCopies } from './expected.js';
import type { SoakTopics } from './order.js';

const KEYS = 2_000;
/** Of the whole load. Every copied partition has its own besides. */
const VIEWS_SHARE = 0.08;
const COPIES_PER_SECOND = 25;

export interface InputSettings {
  readonly brokers: readonly string[];
  readonly topics: SoakTopics;
  readonly partitions: number;
  readonly recordsPerSecond: number;
}

export class Inputs {
  /** Timestamp of the last record that counts. */
  endsAt = 0;
  readonly #keys: readonly (readonly string[])[];
  readonly #joined: Feed[] = [];
  readonly #copied = new Map<string, Feed[]>();
  #clicks = 0;
  #views = 0;
  #copies = 0;

  constructor(
    private readonly settings: InputSettings,
    private readonly expected: ExpectedCopies,
  ) {
    this.#keys = keysByPartition(KEYS, settings.partitions);
  }

  get copiedTopics(): string[] {
    return [...this.#copied.keys()];
  }

  start(): void {
    const { topics, partitions, recordsPerSecond } = this.settings;
    const clicks = (recordsPerSecond * (1 - VIEWS_SHARE) - COPIES_PER_SECOND) / partitions;
    const views = (recordsPerSecond * VIEWS_SHARE) / partitions;
    for (let partition = 0; partition < partitions; partition++) {
      this.#joined.push(this.#feed(topics.clicks, partition, clicks, () => String((this.#clicks += 1))));
      this.#joined.push(this.#feed(topics.views, partition, views, () => `v${(this.#views += 1)}`));
    }
    this.feedCopied(topics.plain, 0);
  }

  feedCopied(topic: string, partition: number): void {
    const feed = Feed.start({
      brokers: this.settings.brokers,
      topic,
      partition,
      recordsPerSecond: COPIES_PER_SECOND,
      message: () => {
        const value = `c${(this.#copies += 1)}`;
        this.expected.sent(value);
        return { key: value, value };
      },
      acknowledged: (messages) => {
        for (const { value } of messages) this.expected.acknowledged(String(value));
      },
    });
    this.#copied.set(topic, [...(this.#copied.get(topic) ?? []), feed]);
  }

  /** Of a topic that is about to go. */
  async stopCopied(topic: string): Promise<void> {
    const feeds = this.#copied.get(topic) ?? [];
    this.#copied.delete(topic);
    await Promise.all(feeds.map((feed) => feed.stop()));
  }

  async stop(): Promise<void> {
    const all = [...this.#joined, ...[...this.#copied.values()].flat()];
    await Promise.all(all.map((feed) => feed.stop()));
    this.endsAt = Date.now();
  }

  /** One record in every partition of the clicks whose time is so far ahead. */
  async sendAhead(ms: number): Promise<void> {
    const timestamp = String(this.endsAt + ms);
    // Clicks and views take turns; a number that is divided by no joint leaves the join alone.
    const clicks = this.#joined.filter((_, i) => i % 2 === 0);
    const value = String(this.#clicks * 10 + 1);
    await Promise.all(clicks.map((feed, i) => feed.sendAlone([{ key: this.#keys[i]![0]!, value, timestamp }])));
  }

  #feed(topic: string, partition: number, recordsPerSecond: number, next: () => string): Feed {
    const keys = this.#keys[partition]!;
    return Feed.start({
      brokers: this.settings.brokers,
      topic,
      partition,
      recordsPerSecond,
      message: () => ({
        key: keys[Math.floor(Math.random() * keys.length)]!,
        value: next(),
        timestamp: String(Date.now()),
      }),
    });
  }
}
