/** What the proof does with Kafka itself: topics are made, written and read, and it is seen when an application is done. */
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaJSProtocolError, type Admin } from 'kafkajs';
import type { Headers } from '../../src/record/headers.js';
import { WireAdmin } from '../../src/broker/wire/admin/wire-admin.js';
import { decodeOffsetMetadata } from '../../src/task/offset-metadata.js';
import type { DataClients } from '../integration/data-fixture.js';
import { plainClient } from '../integration/kafka.js';
import { PARTITIONS, type InputRecord } from './inputs.js';
import type { RunningSide } from './side.js';

const PATIENCE_MS = 90_000;
const POLL_MS = 50;

/** A record of a topic. */
export interface ReadRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers: Headers;
}

export class KafkaSide {
  private readonly admin: Admin = plainClient().admin();
  private readonly logs: WireAdmin;

  private constructor(private readonly clients: DataClients) {
    this.logs = new WireAdmin(() => clients.transport());
  }

  /** One for each application: kafkajs mixes up the topics that one client creates at the same time. */
  static async connect(clients: DataClients): Promise<KafkaSide> {
    const side = new KafkaSide(clients);
    await side.admin.connect();
    return side;
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
    await this.logs.close();
  }

  async createTopics(names: readonly string[]): Promise<void> {
    const topics = names.map((topic) => ({ topic, numPartitions: PARTITIONS }));
    await this.admin.createTopics({ topics, waitForLeaders: false });
    await until(names.join(), async () => {
      await this.admin.fetchTopicMetadata({ topics: [...names] });
      return '';
    });
  }

  /** Writes each record once, whatever it takes: kafkajs sends again what only a part of its partitions has refused. */
  async write(topic: string, records: readonly InputRecord[]): Promise<void> {
    const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));
    const producer = this.clients.producer();
    await producer.lookUp([topic]);
    const writer = producer.writer({ name: 'input' });
    for (const { partition, key, value, headers, timestamp } of records) {
      writer.append(topic, partition, bytes(key), bytes(value), headers, timestamp);
    }
    await producer.close();
  }

  /** Every record of a topic, partition by partition. */
  async read(topic: string): Promise<ReadRecord[]> {
    const reader = this.clients.reader();
    const records: ReadRecord[][] = Array.from({ length: PARTITIONS }, () => []);
    const positions = new Map<number, number>();
    reader.assign(records.map((_, partition) => ({ topic, partition, offset: 0 })));
    const deadline = Date.now() + PATIENCE_MS;
    const atEnd = (partition: number): boolean => {
      const end = reader.endOffset({ topic, partition });
      return end >= 0 && (positions.get(partition) ?? 0) >= end;
    };
    try {
      while (!records.every((_, partition) => atEnd(partition))) {
        if (Date.now() > deadline) throw new Error(`${topic} was not read to its end`);
        for (const { partition, cursor, nextOffset } of reader.poll()) {
          positions.set(partition, nextOffset);
          while (cursor.next()) {
            const { buffer, keyStart, keyEnd, valueStart, valueEnd, timestamp } = cursor;
            records[partition]!.push({
              partition,
              // Copies, since the reader goes on using its buffers.
              key: keyStart < 0 ? null : Buffer.from(buffer.subarray(keyStart, keyEnd)),
              value: valueStart < 0 ? null : Buffer.from(buffer.subarray(valueStart, valueEnd)),
              timestamp,
              headers: cursor.headers(),
            });
          }
        }
        await reader.wait(POLL_MS);
      }
    } finally {
      await reader.close();
    }
    return records.flat();
  }

  /** The topics that belong to an application, without its name in front. */
  async internalTopics(applicationId: string): Promise<string[]> {
    const topics = await this.admin.listTopics();
    return topics
      .filter((topic) => topic.startsWith(`${applicationId}-`))
      .map((topic) => topic.slice(applicationId.length + 1));
  }

  /**
   * Resolves when the application has processed and committed everything, also what it writes to itself: every offset is
   * committed up to the end that the log had before and still has after.
   */
  async allCommitted(applicationId: string, inputs: readonly string[], running: RunningSide): Promise<void> {
    await Promise.race([
      until(applicationId, async () => {
        const topics = await this.sources(applicationId, inputs);
        const before = await this.ends(topics);
        const committed = await this.committed(applicationId, topics);
        const after = await this.ends(topics);
        const open = [...before].filter(([at, end]) => end !== (committed.get(at) ?? 0) || end !== after.get(at));
        return open.map(([at, end]) => `${at} is committed up to ${committed.get(at) ?? 0} of ${end}`).join();
      }),
      running.failed,
    ]);
  }

  /** Resolves when nobody is in the group, so that another can take over. */
  async groupIsEmpty(applicationId: string): Promise<void> {
    await until(applicationId, async () => {
      const { groups } = await this.admin.describeGroups([applicationId]);
      return groups[0]?.state === 'Empty' ? '' : `the group is ${String(groups[0]?.state)}`;
    });
  }

  /**
   * Partition times that are committed beside the offsets of the inputs, and the times under the names of stores, in whole
   * windows.
   */
  async committedTimes(
    applicationId: string,
    inputs: readonly string[],
    stores: readonly string[],
    windowMs: number,
  ): Promise<string[]> {
    const groups = await this.admin.fetchOffsets({ groupId: applicationId, topics: [...inputs] });
    return groups.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, metadata }) => {
        const { partitionTime, operatorTimes } = decodeOffsetMetadata(metadata ?? '');
        const kept = stores.flatMap((store) => {
          const time = operatorTimes.get(store);
          return time === undefined ? [] : [`${store} ${Math.floor(time / windowMs)}`];
        });
        return [topic, partition, partitionTime, ...kept].join(' ');
      }),
    );
  }

  private async sources(applicationId: string, inputs: readonly string[]): Promise<string[]> {
    const own = await this.internalTopics(applicationId);
    const read = own.filter((name) => !name.endsWith('-changelog')).map((name) => `${applicationId}-${name}`);
    return [...inputs, ...read];
  }

  /**
   * Ends of the logs themselves. kafkajs tells where the first open transaction begins: the offsets of a transaction may be seen committed
   * a moment before that has moved behind the records that were written with them.
   */
  private async ends(topics: readonly string[]): Promise<Map<string, number>> {
    const partitions = topics.flatMap((topic) =>
      Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition })),
    );
    const ends = await this.logs.listOffsets(partitions, 'latest', 'uncommitted');
    return new Map(ends.map(({ topic, partition, offset }) => [`${topic}[${partition}]`, offset]));
  }

  private async committed(groupId: string, topics: readonly string[]): Promise<Map<string, number>> {
    const groups = await this.admin.fetchOffsets({ groupId, topics: [...topics] });
    const known = groups.map(({ partitions }) => partitions.filter(({ offset }) => offset !== '-1'));
    return byPartition(
      groups.map(({ topic }) => topic),
      known,
    );
  }
}

/** Asks until nothing is missing any more; a topic that is only just created may be unknown to Kafka itself. */
async function until(about: string, missing: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const reason = await missing().catch((error: unknown) => {
      if (error instanceof KafkaJSProtocolError && error.retriable) return error.message;
      throw error;
    });
    if (reason === '') return;
    if (Date.now() > deadline) throw new Error(`${about}: ${reason}`);
    await pause(POLL_MS);
  }
}

function byPartition(
  topics: readonly string[],
  offsets: readonly (readonly { readonly partition: number; readonly offset: string }[])[],
): Map<string, number> {
  const all = topics.flatMap((topic, i) =>
    offsets[i]!.map(({ partition, offset }) => [`${topic}[${partition}]`, Number(offset)] as const),
  );
  return new Map(all);
}
