/** Beside the commands: how far a group has come in each partition that it reads, of which client it may be. */
import type { Admin, TopicPartition } from '../../broker/port.js';
import type { InspectedGroup } from '../../broker/wire/inspect/group-members-codec.js';
import { MillraceError } from '../../errors/error.js';

/** What is known of one partition. */
export interface PartitionLag extends TopicPartition {
  /** Null: nothing is committed of it yet. */
  readonly committed: number | null;
  readonly end: number;
  /** Null where nothing is committed: where its reader begins is not known. */
  readonly lag: number | null;
  /** Id of the client that has it; null: nobody has. */
  readonly client: string | null;
}

/**
 * By topic and partition: what is committed, and what members have that is not. What is committed beside offsets of changelogs is no
 * position of a reader, and left out, as is what is committed of topics that do not exist any more.
 */
export async function lagOf(
  admin: Pick<Admin, 'groupOffsets' | 'listOffsets' | 'describeTopics'>,
  groupId: string,
  { members }: Pick<InspectedGroup, 'members'>,
): Promise<readonly PartitionLag[]> {
  const isChangelog = (topic: string): boolean => topic.startsWith(`${groupId}-`) && topic.endsWith('-changelog');
  const committed = (await admin.groupOffsets(groupId)).filter(
    ({ topic, offset }) => offset >= 0 && !isChangelog(topic),
  );
  const owners = new Map(
    members.flatMap(({ clientId, partitions }) => partitions.map((one) => [keyOf(one), clientId] as const)),
  );
  const all = new Map<string, TopicPartition>();
  for (const { topic, partition } of [...committed, ...members.flatMap(({ partitions }) => partitions)]) {
    all.set(keyOf({ topic, partition }), { topic, partition });
  }
  const existing = await existingOf(admin, [...all.values()]);
  const ends = await admin.listOffsets(existing, 'latest');
  return existing
    .map((one) => {
      const end = ends.find((found) => keyOf(found) === keyOf(one))?.offset ?? 0;
      const offset = committed.find((found) => keyOf(found) === keyOf(one))?.offset ?? null;
      const lag = offset === null ? null : Math.max(0, end - offset);
      return { ...one, committed: offset, end, lag, client: owners.get(keyOf(one)) ?? null };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/** @throws MillraceError CONFIG_INVALID when nothing is known of the group */
export function checkKnown(groupId: string, { state }: InspectedGroup, partitions: readonly PartitionLag[]): void {
  if (partitions.length > 0 || state !== 'Dead') return;
  throw new MillraceError(
    'CONFIG_INVALID',
    `the group ${groupId} has committed nothing and has no members: is this its name, or the applicationId? npx millrace groups lists those that there are`,
  );
}

export function totalOf(partitions: readonly PartitionLag[]): number {
  return partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
}

async function existingOf(
  admin: Pick<Admin, 'describeTopics'>,
  partitions: readonly TopicPartition[],
): Promise<readonly TopicPartition[]> {
  const described = await admin.describeTopics([...new Set(partitions.map(({ topic }) => topic))]);
  const counts = new Map(described.map((one) => [one.topic, one.partitions]));
  return partitions.filter(({ topic, partition }) => partition < (counts.get(topic) ?? 0));
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}
