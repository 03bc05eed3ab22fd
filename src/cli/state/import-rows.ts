/** Beside the commands: rows go back into a store by way of its changelog, from which its application restores it. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Admin, BrokerClient, GroupAdmin, RecordWriter } from '../../broker/port.js';
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import { MillraceError } from '../../errors/error.js';
import { withOtherEpoch } from '../../task/epoch-mark.js';
import { decodeOffsetMetadata, encodeOffsetMetadata } from '../../task/offset-metadata.js';
import { changelogTopicName } from '../../topology/internal-topics.js';
import { readHead, readRow, type ExportHead, type ImportedRow } from './export-line.js';

export interface ImportRequest {
  readonly file: string;
  /** Default: the one that the rows are of. */
  readonly application: string | undefined;
  readonly store: string | undefined;
  /** Which partition a row goes to; undefined: the one that it came from, which must be that of its key. */
  readonly partitions: 'kept' | 'by-key' | undefined;
  /** False: nothing is written, it is only looked whether it can be. */
  readonly execute: boolean;
}

export interface ImportOutcome {
  readonly executed: boolean;
  readonly application: string;
  readonly store: string;
  /** The changelog. */
  readonly topic: string;
  readonly rows: number;
  /** Of `rows`, those that delete. */
  readonly deletions: number;
  readonly rowsByPartition: Readonly<Record<string, number>>;
}

const MIB = 1024 * 1024;
const DELIVERY_TIMEOUT_MS = 120_000;

/**
 * The whole file is checked before anything is written. Rows that are there and not in the file stay. Done twice, it leaves the same.
 * @throws MillraceError STATE_INVALID while the group has members, TOPIC_MISSING, CONFIG_INVALID for a file that is not an
 *   export, or rows that would be in the wrong partition
 */
export async function importRows(client: BrokerClient, request: ImportRequest): Promise<ImportOutcome> {
  const { file, execute } = request;
  const head = await headOf(file);
  const application = request.application ?? head.application;
  const store = request.store ?? head.store;
  const topic = changelogTopicName(application, store);
  const admin = client.admin();
  const groups = client.groupAdmin();
  await refuseMembers(groups, application, 'end them first');
  const count = await partitionsOf(admin, topic, store);
  const counts = new Map<number, number>();
  let deletions = 0;
  for await (const row of rowsOf(file, head)) {
    const partition = partitionOf(row, topic, count, request.partitions);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
    if (row.value === null) deletions += 1;
  }
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (execute && rows > 0) {
    await takeBackMarks(groups, application, new Set(counts.keys()));
    await writeRows(client, request, { head, topic, count });
    await refuseMembers(groups, application, 'the rows are written, but it may not have read them: restart it');
  }
  return {
    ...{ executed: execute, application, store, topic, rows, deletions },
    rowsByPartition: Object.fromEntries([...counts].sort(([a], [b]) => a - b)),
  };
}

async function refuseMembers(groups: GroupAdmin, application: string, then: string): Promise<void> {
  const { members } = await groups.describe(application);
  if (members.length === 0) return;
  const who = members.map(({ clientId, host }) => `${clientId} at ${host.replace(/^\//, '')}`).join(', ');
  throw new MillraceError(
    'STATE_INVALID',
    `application ${application} runs: its group has ${String(members.length)} members (${who}); ${then}`,
  );
}

async function partitionsOf(admin: Admin, topic: string, store: string): Promise<number> {
  const [described] = await admin.describeTopics([topic]);
  if (described !== undefined) return described.partitions;
  throw new MillraceError(
    'TOPIC_MISSING',
    `there is no topic ${topic}: store ${store} has no changelog of its own (one without logging, a global one, or a table that is restored from its source topic), or the application has never run`,
    { topic },
  );
}

/**
 * A state folder that has the last committed epoch takes what its changelog holds beyond that for the leavings of an epoch that was
 * given up. It would not look at the rows: by another number of the epoch beside the offsets it is made to read them.
 */
async function takeBackMarks(groups: GroupAdmin, application: string, partitions: ReadonlySet<number>): Promise<void> {
  const marked = (await groups.offsets(application)).flatMap((one) => {
    if (!partitions.has(one.partition)) return [];
    const { partitionTime, operatorTimes } = decodeOffsetMetadata(one.metadata);
    const times = withOtherEpoch(operatorTimes);
    return times === null ? [] : [{ ...one, metadata: encodeOffsetMetadata(partitionTime, times) }];
  });
  await groups.setOffsets(application, marked);
}

async function writeRows(
  client: BrokerClient,
  { file, partitions }: ImportRequest,
  { head, topic, count }: { readonly head: ExportHead; readonly topic: string; readonly count: number },
): Promise<void> {
  const producer = client.producer({
    name: 'import',
    lingerMs: 5,
    batchBytes: MIB,
    maxBufferedBytes: 32 * MIB,
    compression: 'none',
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
  });
  await producer.lookUp([topic]);
  const writer: RecordWriter = producer.writer({ name: 'import' });
  for await (const row of rowsOf(file, head)) {
    if (writer.full) await writer.flush();
    const { key, value, headers, timestamp } = row;
    writer.append(topic, partitionOf(row, topic, count, partitions), key, value, headers, timestamp);
  }
  await writer.flush();
}

/** @throws MillraceError CONFIG_INVALID */
function partitionOf(
  { partition, storeKey }: ImportedRow,
  topic: string,
  count: number,
  wanted: ImportRequest['partitions'],
): number {
  if (wanted === 'kept' && partition < count) return partition;
  const byKey = murmur2Partition(storeKey, count);
  if (wanted === 'by-key' || byKey === partition) return byKey;
  throw new MillraceError(
    'CONFIG_INVALID',
    wanted === 'kept'
      ? `a row is of partition ${String(partition)}, and ${topic} has ${String(count)}`
      : `a row is of partition ${String(partition)}, where Kafka's partitioner would not put its key among the ${String(count)} of ${topic}: say --partitions kept if they are partitioned in another way, --partitions by-key if their number has changed`,
    { topic },
  );
}

async function headOf(file: string): Promise<ExportHead> {
  for await (const line of linesOf(file)) return readHead(file, line);
  throw new MillraceError('CONFIG_INVALID', `${file} is empty`);
}

async function* rowsOf(file: string, head: ExportHead): AsyncGenerator<ImportedRow, void> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number > 1 && line !== '') yield readRow(file, number, line, head);
  }
}

async function* linesOf(file: string): AsyncGenerator<string, void> {
  const stream = createReadStream(file);
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity });
  } catch (cause) {
    throw new MillraceError('CONFIG_INVALID', `${file} cannot be read: ${String(cause)}`, { cause });
  } finally {
    stream.destroy();
  }
}
