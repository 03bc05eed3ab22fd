/** Beside the commands: what is in a topic, found out from a part of its records. */
import type { BrokerClient } from '../../broker/port.js';
import type { RegistryClient } from '../../registry/registry-client.js';
import { KeyCounter } from './key-skew.js';
import { recordShower, type SeenFormat } from './record-shower.js';
import { partitionRanges, partOf, scanRanges, type ScannedRecord } from './scan-topic.js';

export interface PeekRequest {
  readonly topic: string;
  /** Records that are shown. */
  readonly records: number;
  /** Records that are looked at, for keys and times. */
  readonly sample: number;
  /** Which records are looked at and shown: the newest, or the oldest. */
  readonly from: 'start' | 'end';
  readonly isolation: 'committed' | 'uncommitted';
  /** False: values are neither shown nor decoded, only their format is told. */
  readonly values: boolean;
  readonly registry: RegistryClient | null;
}

export interface PeekedRecord {
  readonly partition: number;
  readonly offset: number;
  /** Ms since the epoch. */
  readonly timestamp: number;
  readonly key: unknown;
  /** Left out by `values: false`. */
  readonly value?: unknown;
  readonly headers: Readonly<Record<string, string | null>>;
}

export interface TopicPeek {
  readonly topic: string;
  /** `records` counts offsets: those of deleted records and of the ends of transactions, too. */
  readonly partitions: readonly { readonly partition: number; readonly first: number; readonly end: number }[];
  readonly keys: SeenFormat;
  readonly values: SeenFormat;
  readonly looked: {
    readonly records: number;
    readonly withoutKey: number;
    readonly tombstones: number;
    readonly differentKeys: number;
    readonly earliest: number | null;
    readonly latest: number | null;
    readonly topKeys: readonly { readonly key: unknown; readonly records: number; readonly share: number }[];
  };
  /** By time. */
  readonly records: readonly PeekedRecord[];
}

/** Records whose bytes are looked at to guess a format. */
const GUESSED_FROM = 200;

/** @throws MillraceError TOPIC_MISSING, REGISTRY_UNREACHABLE, SCHEMA_REFUSED */
export async function peekTopic(client: BrokerClient, request: PeekRequest): Promise<TopicPeek> {
  const { topic, sample, from, isolation, registry } = request;
  const ranges = await partitionRanges(client.admin(), topic, isolation);
  const counter = new KeyCounter();
  const kept = new Kept(Math.max(request.records, GUESSED_FROM), from);
  await scanRanges(
    client,
    partOf(ranges, sample, from),
    (record) => {
      counter.add(record);
      kept.add(record);
      return true;
    },
    { isolation },
  );
  const some = kept.byTime();
  const keys = await recordShower(
    some.map(({ key }) => key),
    registry,
  );
  const values = await recordShower(
    some.map(({ value }) => value),
    registry,
  );
  const shown: PeekedRecord[] = [];
  for (const { partition, offset, timestamp, key, value, headers } of from === 'end'
    ? some.slice(Math.max(0, some.length - request.records))
    : some.slice(0, request.records)) {
    shown.push({
      partition,
      offset,
      timestamp,
      key: await keys.shown(key),
      ...(request.values ? { value: await values.shown(value) } : {}),
      headers: Object.fromEntries(
        headers.map(([name, bytes]) => [name, request.values ? (bytes?.toString() ?? null) : null]),
      ),
    });
  }
  const { top, ...counts } = counter.result();
  const topKeys = await Promise.all(
    top.map(async ({ key, records, share }) => ({ key: await keys.shown(key), records, share })),
  );
  return {
    topic,
    partitions: ranges.map(({ partition, first, end }) => ({ partition, first, end })),
    keys: formatOf(keys),
    values: formatOf(values),
    looked: { ...counts, topKeys },
    records: shown,
  };
}

function formatOf({ format, schemas, schemaIds }: SeenFormat): SeenFormat {
  return { format, schemas, schemaIds };
}

/** The newest or the oldest of what is met, without keeping all of it. */
class Kept {
  private records: ScannedRecord[] = [];

  constructor(
    private readonly most: number,
    private readonly from: 'start' | 'end',
  ) {}

  add(record: ScannedRecord): void {
    this.records.push(record);
    if (this.records.length >= 4 * this.most) this.records = this.byTime();
  }

  byTime(): ScannedRecord[] {
    const sorted = this.records.sort(
      (a, b) => a.timestamp - b.timestamp || a.partition - b.partition || a.offset - b.offset,
    );
    return this.from === 'end' ? sorted.slice(-this.most) : sorted.slice(0, this.most);
  }
}
