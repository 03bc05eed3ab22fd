/** Beside a record's way: what a reset of an application that does not run would do, found out and not yet done. */
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { existsSync } from 'node:fs';
import type { Admin, GroupAdmin, GroupMemberDescription, TopicPartition } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { resetOffsets, type ResetTarget } from './reset-targets.js';

export interface ResetRequest {
  readonly applicationId: string;
  /** Default: those of which offsets are named (`to`), else those of which the group has committed offsets. */
  readonly inputTopics?: readonly string[] | undefined;
  readonly to: ResetTarget;
  /** Of the internal topics only these are deleted. Default: all. */
  readonly internalTopics?: readonly string[] | undefined;
  /** The option of the application. Default: as there. `null`: local state is left alone. */
  readonly stateDir?: string | null | undefined;
}

export interface OffsetMove extends TopicPartition {
  /** What is committed; null: nothing is. */
  readonly from: number | null;
  readonly to: number;
}

export interface ResetPlan {
  readonly applicationId: string;
  /** Who is still in the group. */
  readonly members: readonly GroupMemberDescription[];
  readonly offsets: readonly OffsetMove[];
  /** To be deleted. */
  readonly internalTopics: readonly string[];
  /** To be deleted; null: there is none, or it stays. */
  readonly stateFolder: string | null;
}

/** What names of internal topics end with. */
const INTERNAL = [
  /-changelog$/,
  /-repartition$/,
  /-subscription-(registration|response)-topic$/,
  /-KTABLE-FK-JOIN-SUBSCRIPTION-(REGISTRATION|RESPONSE)-\d+-topic$/,
];

/** Whether an application of this name made the topic, as far as its name tells: Kafka's own tool knows it in the same way. */
export function isInternalTopic(applicationId: string, topic: string): boolean {
  return topic.startsWith(`${applicationId}-`) && INTERNAL.some((end) => end.test(topic));
}

/**
 * @throws MillraceError TOPIC_MISSING for an input topic that does not exist, CONFIG_INVALID for an internal topic that is none of
 *   this application's, and for offsets that are not named for each partition
 */
export async function planReset(
  request: ResetRequest,
  { admin, groups }: { readonly admin: Admin; readonly groups: GroupAdmin },
): Promise<ResetPlan> {
  const { applicationId, stateDir } = request;
  const topics = await admin.listTopics();
  const internal = topics.filter((topic) => isInternalTopic(applicationId, topic)).sort();
  const { members } = await groups.describe(applicationId);
  const folder = stateDir === null ? null : join(stateDir ?? join(tmpdir(), 'millrace'), applicationId);
  return {
    applicationId,
    members,
    offsets: await offsetResets(request, topics, { admin, groups }),
    internalTopics: chosenInternal(request, internal),
    stateFolder: folder !== null && existsSync(folder) ? folder : null,
  };
}

async function offsetResets(
  { applicationId, inputTopics, to }: ResetRequest,
  existing: readonly string[],
  { admin, groups }: { readonly admin: Admin; readonly groups: GroupAdmin },
): Promise<OffsetMove[]> {
  const committed = await groups.offsets(applicationId);
  const known = (): string[] =>
    topicsOf(committed).filter((topic) => existing.includes(topic) && !isInternalTopic(applicationId, topic));
  const named = typeof to === 'object' && 'offsets' in to ? topicsOf(to.offsets) : null;
  const inputs = inputTopics ?? named ?? known();
  const missing = inputs.filter((topic) => !existing.includes(topic));
  if (missing.length > 0) {
    throw new MillraceError('TOPIC_MISSING', `there is no topic ${missing.join(', ')} to reset offsets of`, {
      topic: missing[0],
    });
  }
  const described = await admin.describeTopics(inputs);
  const partitions = described.flatMap(({ topic, partitions: count }) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })),
  );
  const offsets = await resetOffsets(to, { partitions, committed }, admin);
  return offsets
    .map(({ topic, partition, offset }) => {
      const before = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? -1;
      return { topic, partition, from: before < 0 ? null : before, to: offset };
    })
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));
}

function topicsOf(partitions: readonly TopicPartition[]): string[] {
  return [...new Set(partitions.map(({ topic }) => topic))];
}

function chosenInternal({ applicationId, internalTopics }: ResetRequest, found: readonly string[]): readonly string[] {
  if (internalTopics === undefined) return found;
  const others = internalTopics.filter((topic) => !found.includes(topic));
  if (others.length === 0) return internalTopics;
  const has = found.length === 0 ? 'it has none' : `it has ${found.join(', ')}`;
  throw new MillraceError(
    'CONFIG_INVALID',
    `${others.join(', ')} is no internal topic of application ${applicationId}; ${has}`,
    { topic: others[0] },
  );
}
