/** Which partition a record goes to when nobody chose one. */

type HashPartition = (key: Buffer, partitions: number) => number;

/**
 * Kafka's default: murmur2 of the key's bytes; a record without a key goes to a partition that is kept for a while, so
 * that batches fill, and then changed.
 */
export class DefaultPartition {
  private readonly sticky = new Map<string, { partition: number; left: number }>();

  constructor(
    private readonly hash: HashPartition,
    /** Records without a key that go to one partition before the next is taken. */
    private readonly stickyRecords = 100,
  ) {}

  choose(topic: string, key: Buffer | null, partitions: number): number {
    return key === null ? this.keyless(topic, partitions) : this.hash(key, partitions);
  }

  private keyless(topic: string, partitions: number): number {
    let current = this.sticky.get(topic);
    if (current === undefined) this.sticky.set(topic, (current = { partition: 0, left: this.stickyRecords }));
    if (current.left === 0) {
      current.partition = (current.partition + 1) % partitions;
      current.left = this.stickyRecords;
    }
    current.left -= 1;
    return current.partition % partitions;
  }
}
