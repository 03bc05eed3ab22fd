/** Groups partitions by topic, as most of Kafka's requests want them. */

export function byTopic<P extends { readonly topic: string }>(
  partitions: Iterable<P>,
): [topic: string, partitions: P[]][] {
  const topics = new Map<string, P[]>();
  for (const partition of partitions) {
    const list = topics.get(partition.topic);
    if (list === undefined) topics.set(partition.topic, [partition]);
    else list.push(partition);
  }
  return [...topics];
}
