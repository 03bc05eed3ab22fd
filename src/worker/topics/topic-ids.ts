/** Which topic is meant by a name: notices those that were deleted and created again. */
import type { Admin } from '../../broker/port.js';

export class TopicIds {
  private readonly known = new Map<string, string>();

  constructor(private readonly admin: Pick<Admin, 'topicIds'>) {}

  /** Null while unknown, or where brokers give none. */
  of(topic: string): string | null {
    return this.known.get(topic) ?? null;
  }

  /** Asks for the ids of topics; returns those that are not the topics they were when they were asked for before. */
  async changed(topics: readonly string[]): Promise<string[]> {
    const found = await this.admin.topicIds(topics);
    const others: string[] = [];
    for (const [topic, id] of found) {
      const before = this.known.get(topic);
      if (before !== undefined && before !== id) others.push(topic);
      this.known.set(topic, id);
    }
    return others;
  }
}
