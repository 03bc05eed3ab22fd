/** Beside a record's way: a reset that is done as planned. What it does twice does no harm, so that one that failed is repeated. */
import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Admin, GroupAdmin } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { silentLogger } from '../observe/logger.js';
import { StateFolder } from '../worker/state/state-folder.js';
import type { ResetPlan } from './reset-plan.js';

/**
 * Sets offsets, deletes internal topics, then local state.
 * @param force members are thrown out of the group first, for those that have ended without leaving it
 * @throws MillraceError STATE_INVALID while the group has members, STORE_LOCKED while a process of this machine has the state folder
 *   open; nothing is changed then
 */
export async function carryOutReset(
  plan: ResetPlan,
  { admin, groups, force }: { readonly admin: Admin; readonly groups: GroupAdmin; readonly force: boolean },
): Promise<void> {
  const { applicationId, members, offsets, internalTopics, stateFolder } = plan;
  if (members.length > 0 && !force) {
    const who = members.map(({ clientId, host }) => `${clientId} at ${host.replace(/^\//, '')}`).join(', ');
    throw new MillraceError(
      'STATE_INVALID',
      `application ${applicationId} still runs: its group has ${members.length} members (${who}); end them first. Members that have ended without leaving go by themselves after their session time-out, or at once by --force`,
    );
  }
  const folder =
    stateFolder === null ? null : new StateFolder(dirname(stateFolder), basename(stateFolder), silentLogger, 0);
  await folder?.lock();
  try {
    if (members.length > 0) await groups.removeMembers(applicationId, members);
    await groups.setOffsets(
      applicationId,
      offsets.map(({ topic, partition, to }) => ({ topic, partition, offset: to })),
    );
    // The brokers do so themselves for topics that are deleted, but later: the application may have created them anew by then, and
    // would go on in them where it was before.
    const committed = await groups.offsets(applicationId);
    await groups.deleteOffsets(
      applicationId,
      committed.filter(({ topic }) => internalTopics.includes(topic)),
    );
    await admin.deleteTopics(internalTopics);
  } finally {
    await folder?.unlock();
  }
  if (stateFolder !== null) rmSync(stateFolder, { recursive: true, force: true });
}
