/** A steady load on a topic: so many records a second over so many keys, each partition by a producer of its own. */
import { murmur2Partition } from '../../src/broker/wire/murmur2.js';
import { Feed } from './feed.js';

export interface LoadSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly recordsPerSecond: number;
  /** Of all partitions together; every key has its partition. */
  readonly keys: number;
}

/** So many keys, by the partition that is theirs: results lie in the same one, where topics have as many. */
export function keysByPartition(keys: number, partitions: number): readonly (readonly string[])[] {
  const of = Array.from({ length: partitions }, (): string[] => []);
  for (let i = 0; i < keys; i++) {
    const key = `key-${i}`;
    of[murmur2Partition(Buffer.from(key), partitions)]!.push(key);
  }
  return of;
}

/**
 * What was sent is not what counts: a request without an answer may have arrived or not, and is sent again. The truth is
 * what the topic holds in the end.
 */
export class Load {
  private constructor(
    private readonly keys: readonly (readonly string[])[],
    private readonly feeds: readonly Feed[],
  ) {}

  static start({ brokers, topic, partitions, recordsPerSecond, keys }: LoadSettings): Load {
    const byPartition = keysByPartition(keys, partitions);
    const feeds = byPartition.map((ofPartition, partition) =>
      Feed.start({
        brokers,
        topic,
        partition,
        recordsPerSecond: recordsPerSecond / partitions,
        message: () => ({ key: ofPartition[Math.floor(Math.random() * ofPartition.length)]!, value: 'v' }),
      }),
    );
    return new Load(byPartition, feeds);
  }

  /** Ends when what was to be sent until now has been acknowledged. */
  async stop(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
  }

  /** One more record of every key, once the load has been stopped. */
  async everyKeyOnce(): Promise<void> {
    const sent = this.feeds.map((feed, i) => feed.sendAlone(this.keys[i]!.map((key) => ({ key, value: 'v' }))));
    await Promise.all(sent);
  }
}
