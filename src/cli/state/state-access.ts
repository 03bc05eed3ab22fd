/** How the commands about state find it: in the state folder of an application, or through the server of a running one. */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { MillraceError } from '../../errors/error.js';
import { silentLogger } from '../../observe/logger.js';
import { holderOf } from '../../store/level/open-level.js';
import { StateFolder } from '../../worker/state/state-folder.js';

export interface FolderFlags {
  readonly application?: string;
  readonly stateDir?: string;
}

export interface StateFlags extends FolderFlags {
  readonly url?: string;
  readonly token?: string;
}

/** The state folder of one application. */
export interface ApplicationState {
  readonly applicationId: string;
  readonly folder: StateFolder;
}

/** What every instance keeps beside its tasks. */
const PROCESS = 'process';

export function addFolderAccess(command: Command): Command {
  return command
    .option('-a, --application <id>', 'whose state (default: the only application in the folder)')
    .option('--state-dir <folder>', "the application's option stateDir (default: as there)");
}

export function addStateAccess(command: Command): Command {
  return addFolderAccess(command)
    .option(
      '--url <address>',
      'ask the server of a running instance, such as http://localhost:8788, in place of the disk',
    )
    .addOption(new Option('--token <token>', 'what its server wants to see').env('MILLRACE_TOKEN'));
}

/** @throws MillraceError CONFIG_INVALID when there is no such state, or that of several applications and none is named */
export function applicationState({ application, stateDir }: FolderFlags): ApplicationState {
  const base = resolve(stateDir ?? join(tmpdir(), 'millrace'));
  const found = existsSync(base) ? readdirSync(base).filter((name) => existsSync(join(base, name, PROCESS))) : [];
  const applicationId = application ?? found[0];
  if (applicationId === undefined || !found.includes(applicationId)) {
    const has = found.length === 0 ? 'it has none' : `it has that of ${found.join(', ')}`;
    const whose = application === undefined ? 'an application' : `application ${application}`;
    throw new MillraceError('CONFIG_INVALID', `there is no state of ${whose} in ${base}, ${has}; see --state-dir`);
  }
  if (application === undefined && found.length > 1) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${base} has the state of several applications (${found.join(', ')}): say which by --application`,
    );
  }
  return { applicationId, folder: new StateFolder(base, applicationId, silentLogger, 0) };
}

/** Who has the state of an application open; null: nobody. */
export function stateHolder({ folder }: ApplicationState): Promise<string | null> {
  return holderOf(join(folder.path, PROCESS));
}

/** @throws MillraceError STORE_LOCKED while an instance runs on it */
export async function refuseWhileInUse(state: ApplicationState, then: string): Promise<void> {
  const holder = await stateHolder(state);
  if (holder === null) return;
  throw new MillraceError('STORE_LOCKED', `state folder ${state.folder.path} is in use by ${holder}: ${then}`);
}
