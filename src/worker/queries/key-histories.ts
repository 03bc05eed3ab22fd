/** Reads what the changelog of a store has of a key: with a client of its own, which the tasks do not notice, and a few at a time. */
import type { BrokerClient, ReaderOptions } from '../../broker/port.js';
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import { reasonOf } from '../../errors/shown-value.js';
import { QueryError } from '../../query/query-error.js';
import type { FoundHistory, HistoryRecord, WantedHistory } from '../../query/key-history.js';
import type { StoreSpec } from '../../store/spec.js';
import { walkBack, type WalkedRecord } from './changelog-walk.js';
import type { QueriedStore, QueriedStores } from './queried-stores.js';

/** Each has connections and a buffer of its own. */
const MOST_AT_A_TIME = 2;

/** Bytes behind the key in the changelog: of a window its start and a sequence number, of a session its end and start. */
const TAILS: Readonly<Partial<Record<StoreSpec['kind'], number>>> = {
  keyValue: 0,
  versioned: 0,
  window: 12,
  session: 16,
};

export interface HowToReadChangelogs {
  /** A client of its own for each history. */
  connect(): BrokerClient;
  /** What is not committed is no history where transactions are used. */
  readonly isolation: ReaderOptions['isolation'];
  readonly signal: AbortSignal;
}

export class KeyHistories {
  private underWay = 0;

  constructor(
    private readonly stores: QueriedStores,
    private readonly how: HowToReadChangelogs,
  ) {}

  /** @throws QueryError */
  async read(wanted: WantedHistory): Promise<FoundHistory> {
    const { store, limit } = wanted;
    const described = this.stores.described(store);
    const tail = tailOf(described.opening.spec);
    while (this.underWay >= MOST_AT_A_TIME) {
      if (await limit.wait()) continue;
      const many = String(MOST_AT_A_TIME);
      throw new QueryError(
        'NOT_ACTIVE',
        `${many} histories are being read here, which take longer than this one may wait`,
        { store },
      );
    }
    this.underWay += 1;
    const client = this.how.connect();
    try {
      return await this.readWith(client, wanted, described, tail);
    } catch (cause) {
      if (cause instanceof QueryError) throw cause;
      const topic = described.opening.changelogTopic;
      throw new QueryError('STORE_EXCEPTION', `changelog ${topic} cannot be read: ${reasonOf(cause)}`, {
        store,
        cause,
      });
    } finally {
      this.underWay -= 1;
      await client.close();
    }
  }

  private async readWith(
    client: BrokerClient,
    wanted: WantedHistory,
    described: QueriedStore,
    tail: number,
  ): Promise<FoundHistory> {
    const { isolation, signal } = this.how;
    const { spec, changelogTopic: topic } = described.opening;
    const { key, before, rows, limit } = wanted;
    const partition = await this.partitionOf(client, wanted, described);
    const { records, next } = await walkBack(client, {
      ...{ topic, partition, isolation, before, rows, limit, signal },
      wants: (buffer, start, end) =>
        end - start === key.length + tail && key.compare(buffer, start, start + key.length) === 0,
    });
    return {
      records: records.map((record) => historyRecord(record, spec)),
      ...{ next, topic, partition, hasHeaders: spec.format === 'headers', isSource: spec.sourceTopic !== undefined },
    };
  }
  /** @throws QueryError DOES_NOT_EXIST, UNREACHABLE, NOT_ACTIVE */
  private async partitionOf(
    client: BrokerClient,
    { store, key, partition, limit }: WantedHistory,
    { isGlobal, opening }: QueriedStore,
  ): Promise<number> {
    const { changelogTopic: topic } = opening;
    let count: number;
    if (isGlobal) {
      // One task has all partitions of its topic.
      const described = await limit.within(client.admin().describeTopics([topic]));
      if (described === null)
        throw new QueryError('UNREACHABLE', `no broker tells the partitions of ${topic}`, { store });
      count = described[0]?.partitions ?? 0;
    } else count = this.stores.toAsk(store).tasks.length;
    if (partition !== null && partition < count) return partition;
    if (partition === null && count > 0) return murmur2Partition(opening.key.partitionBytes?.(key) ?? key, count);
    const which = partition === null ? '' : `, and none ${String(partition)}`;
    throw new QueryError('DOES_NOT_EXIST', `${topic} has ${String(count)} partitions${which}`, { store });
  }
}

/** @throws QueryError UNKNOWN_QUERY_TYPE */
function tailOf({ name: store, kind, logging, sourceTopic }: StoreSpec): number {
  const tail = TAILS[kind];
  if (tail === undefined)
    throw new QueryError('UNKNOWN_QUERY_TYPE', `store ${store} is of kind ${kind}, which has no rows of a key`, {
      store,
    });
  if (logging !== false || sourceTopic !== undefined) return tail;
  throw new QueryError('UNKNOWN_QUERY_TYPE', `store ${store} has no changelog (logging is off), and so no history`, {
    store,
  });
}

function historyRecord({ key, ...record }: WalkedRecord, spec: StoreSpec): HistoryRecord {
  switch (spec.kind) {
    case 'window': {
      const start = Number(key.readBigInt64BE(key.length - 12));
      return { ...record, start, end: start + spec.windowSizeMs };
    }
    case 'session':
      return {
        ...record,
        start: Number(key.readBigInt64BE(key.length - 8)),
        end: Number(key.readBigInt64BE(key.length - 16)),
      };
    default:
      return { ...record, start: null, end: null };
  }
}
