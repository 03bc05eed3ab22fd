/** `millrace groups`: the groups of a cluster, and one of them with its members and what each works on. */
import type { Command } from 'commander';
import type { InspectedGroup, InspectedMember } from '../../broker/wire/inspect/group-members-codec.js';
import type { ListedGroup } from '../../broker/wire/inspect/list-groups-codec.js';
import { reasonOf } from '../../errors/shown-value.js';
import { decodeAssignment, PROTOCOL_NAME } from '../../group/membership-codec.js';
import { addKafkaAccess, onCluster, onKafka, type KafkaAccessFlags } from '../kafka-access.js';
import { lagTable } from '../lag-command.js';
import { textTable } from '../text-table.js';
import { checkKnown, lagOf, totalOf, type PartitionLag } from './group-lag.js';

interface Flags extends KafkaAccessFlags {
  readonly json?: true;
}

/** A member as it is shown. */
export interface ShownMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  /** Of a Millrace application; null of other clients. */
  readonly tasks: readonly string[] | null;
  readonly partitions: readonly string[];
}

const EXAMPLES = `
Examples:
  millrace groups
  millrace groups orders --brokers localhost:9092
  millrace groups orders --json | jq '.members[].tasks'`;

/** Partitions of a member that are listed one by one. */
const SHOWN_PARTITIONS = 8;

export function addGroupsCommand(millrace: Command): void {
  const groups = millrace
    .command('groups')
    .description('list the groups of a cluster, or describe one: its members, their tasks, what waits')
    .argument('[group]', 'an applicationId, or the name of a group (default: list all)');
  addKafkaAccess(groups)
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (groupId: string | undefined, flags: Flags) => {
      process.stdout.write(groupId === undefined ? await listed(flags) : await described(groupId, flags));
    });
}

async function listed(flags: Flags): Promise<string> {
  const groups = await onCluster(flags, (inspector) => inspector.groups());
  return flags.json === true ? `${JSON.stringify(groups, null, 2)}\n` : groupsTable(groups);
}

export function groupsTable(groups: readonly ListedGroup[]): string {
  if (groups.length === 0) return 'There are no groups.\n';
  const rows = groups.map(({ groupId, type, protocolType, state }) => [
    groupId,
    type,
    protocolType === '' ? '-' : protocolType,
    state === '' ? '-' : state,
  ]);
  const headings = ['GROUP', 'TYPE', 'PROTOCOL', 'STATE'];
  return textTable(headings, rows, headings);
}

async function described(groupId: string, flags: Flags): Promise<string> {
  const group = await onCluster(flags, (inspector) => inspector.group(groupId));
  const partitions = await onKafka(flags, (client) => lagOf(client.admin(), groupId, group));
  checkKnown(groupId, group, partitions);
  const members = group.members.map((member) => shownMember(member, group.protocol));
  if (flags.json === true) {
    const { state, protocolType, protocol } = group;
    const shown = { groupId, state, protocolType, protocol, members, total: totalOf(partitions), partitions };
    return `${JSON.stringify(shown, null, 2)}\n`;
  }
  return groupText(groupId, group, members, partitions);
}

export function shownMember(member: InspectedMember, protocol: string): ShownMember {
  const { memberId, instanceId, clientId, host, partitions, assignment } = member;
  return {
    memberId,
    instanceId,
    clientId,
    host: host.replace(/^\//, ''),
    tasks: protocol === PROTOCOL_NAME && assignment.length > 0 ? tasksOf(assignment) : null,
    partitions: partitions.map(({ topic, partition }) => `${topic}-${String(partition)}`),
  };
}

/** A member of a version to come may write what this one cannot read: it is shown without them. */
function tasksOf(assignment: Buffer): readonly string[] {
  try {
    return decodeAssignment(assignment).active;
  } catch (error) {
    return [`(${reasonOf(error)})`];
  }
}

export function groupText(
  groupId: string,
  { state, protocolType, protocol }: InspectedGroup,
  members: readonly ShownMember[],
  partitions: readonly PartitionLag[],
): string {
  const how = [
    ...(protocolType === '' ? [] : [`protocol ${protocolType}`]),
    ...(protocol === '' ? [] : [`assignor ${protocol}`]),
    members.length === 1 ? '1 member' : `${String(members.length)} members`,
  ];
  return [
    `${groupId}: ${state === 'Dead' ? 'no group, but offsets' : state}, ${how.join(', ')}\n`,
    ...(members.length === 0 ? [] : ['\n', membersTable(members)]),
    ...(partitions.length === 0 ? [] : ['\n', lagTable(partitions)]),
  ].join('');
}

function membersTable(members: readonly ShownMember[]): string {
  const withTasks = members.some(({ tasks }) => tasks !== null);
  const withInstance = members.some(({ instanceId }) => instanceId !== null);
  const headings = [
    'CLIENT',
    'HOST',
    ...(withInstance ? ['INSTANCE'] : []),
    ...(withTasks ? ['TASKS'] : []),
    'PARTITIONS',
  ];
  const rows = members.map(({ clientId, host, instanceId, tasks, partitions }) => [
    clientId,
    host,
    ...(withInstance ? [instanceId ?? '-'] : []),
    ...(withTasks ? [tasks === null ? '-' : someOf(tasks)] : []),
    someOf(partitions),
  ]);
  return textTable(headings, rows, headings);
}

function someOf(all: readonly string[]): string {
  if (all.length === 0) return 'none';
  const rest = all.length - SHOWN_PARTITIONS;
  return all.slice(0, SHOWN_PARTITIONS).join(' ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}
