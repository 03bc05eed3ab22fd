/** Beside the commands: what of this machine an application needs: Node, and a place for its state. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { MillraceError } from '../../errors/error.js';
import { silentLogger } from '../../observe/logger.js';
import { StateFolder } from '../../worker/state/state-folder.js';
import { look, ok, wrong, type Finding } from './finding.js';

const OLDEST_NODE = [20, 19] as const;
const GIB = 1024 ** 3;
/** Bytes that should be free; less than a tenth of them is wrong. */
const ENOUGH_BYTES = 2 * GIB;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld) return wrong('node', `Node ${version} is too old`, `install Node ${OLDEST_NODE.join('.')} or newer`);
  // Odd numbers are those that are supported for half a year only.
  if (major % 2 === 1) {
    return look(
      'node',
      `Node ${version} has no long-term support`,
      `take Node ${String(major + 1)} or an even number before`,
    );
  }
  return ok('node', `Node ${version}`);
}

/**
 * @param stateDir the option of the application; undefined: it is left to its default
 * @param applicationId null: the folder of no application in particular
 */
export async function checkStateFolder(
  stateDir: string | undefined,
  applicationId: string | null,
): Promise<readonly Finding[]> {
  const base = resolve(stateDir ?? join(tmpdir(), 'millrace'));
  const findings: Finding[] = [];
  const there = existingAbove(base);
  if (!isWritable(there)) {
    const missing = there === base ? '' : `, and ${base} has to be made there`;
    return [
      wrong(
        'state folder',
        `${there} cannot be written to${missing}`,
        `give this user the right to write, or choose another stateDir`,
      ),
    ];
  }
  if (base.startsWith(resolve(tmpdir()) + sep) || base === resolve(tmpdir())) {
    findings.push(
      look(
        'state folder',
        `${base} is in a folder for temporary files`,
        'set stateDir to a folder that stays: what is lost there is restored from Kafka at the next start, which takes its time',
      ),
    );
  } else findings.push(ok('state folder', `${base} can be written to`));
  findings.push(checkDisk(there));
  if (applicationId !== null) findings.push(await checkLock(base, applicationId));
  return findings;
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `${gib(free)} of ${gib(blocks * bsize)} free`;
  if (free >= ENOUGH_BYTES) return ok('disk', found);
  const fix = 'free space: an instance whose disk is full ends, and so does a broker';
  return free < ENOUGH_BYTES / 10 ? wrong('disk', found, fix) : look('disk', found, fix);
}

async function checkLock(base: string, applicationId: string): Promise<Finding> {
  const path = join(base, applicationId);
  if (!existsSync(join(path, 'process')))
    return ok('state lock', `there is no state of ${applicationId} in ${base} yet`);
  const folder = new StateFolder(base, applicationId, silentLogger, 0);
  try {
    await folder.lock();
    await folder.unlock();
    return ok('state lock', `no process has ${path} open`);
  } catch (error) {
    if (!MillraceError.is(error)) throw error;
    if (error.code === 'STORE_LOCKED') {
      return look(
        'state lock',
        `a process has ${path} open`,
        'nothing, if that is the instance that should run here; else end it, or give this one a stateDir of its own',
      );
    }
    return wrong('state lock', error.message, 'look at the folder; without it everything is restored from Kafka');
  }
}

function existingAbove(path: string): string {
  return existsSync(path) || basename(path) === '' ? path : existingAbove(dirname(path));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    // Whatever the reason: it cannot be written to, which is what was asked.
    return false;
  }
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
