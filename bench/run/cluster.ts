/** What a run asks of Kafka beside the application itself: topics before and after it, and how far its group has come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';

const OUTPUT_PARTITIONS = 4;
const LOOK_AGAIN_MS = 50;

export class Cluster {
  private constructor(private readonly admin: Admin) {}

  static async connect(brokers: readonly string[]): Promise<Cluster> {
    const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.ERROR });
    const admin = kafka.admin();
    await admin.connect();
    return new Cluster(admin);
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  /** Records in a topic, as its offsets tell; undefined when there is no such topic. */
  async records(topic: string): Promise<number | undefined> {
    const topics = await this.admin.listTopics();
    if (!topics.includes(topic)) return undefined;
    const partitions = await this.admin.fetchTopicOffsets(topic);
    return partitions.reduce((sum, one) => sum + Number(one.high) - Number(one.low), 0);
  }

  /**
   * Creates a topic of four partitions, unless it is there. Of leaders it is not sure: kafkajs, which could wait for them, gives up when a
   * broker does not know the topic for a moment, as a new one does that is asked for two.
   */
  async createTopic(topic: string, config: Readonly<Record<string, string>> = {}): Promise<void> {
    if ((await this.admin.listTopics()).includes(topic)) return;
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.admin.createTopics({
      topics: [{ topic, numPartitions: OUTPUT_PARTITIONS, replicationFactor: 1, configEntries }],
      waitForLeaders: false,
    });
    while (!(await this.admin.listTopics()).includes(topic)) await sleep(LOOK_AGAIN_MS);
  }

  /** Deletes every topic whose name begins so. */
  async deleteTopics(prefix: string): Promise<void> {
    const topics = (await this.admin.listTopics()).filter((name) => name.startsWith(prefix));
    if (topics.length > 0) await this.admin.deleteTopics({ topics });
  }

  /** Sum of the offsets that a group has committed on a topic. */
  async committed(groupId: string, topic: string): Promise<number> {
    const [offsets] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    // Where nothing is committed the offset is -1.
    return (offsets?.partitions ?? []).reduce((sum, one) => sum + Math.max(0, Number(one.offset)), 0);
  }
}
