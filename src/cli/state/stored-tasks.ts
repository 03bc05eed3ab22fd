/** Beside the commands: what a state folder holds, task by task, whether its application runs or not. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TopicPartition } from '../../broker/port.js';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { parseTaskId, type TaskId } from '../../group/ownership.js';
import { FORMAT } from '../../store/level/open-level.js';
import { folderBytes, openSnapshot } from '../../store/level/open-snapshot.js';
import type { LevelSnapshot } from '../../store/level/level-snapshot.js';
import { storedRange, storedStores, type StoredStore } from '../../store/overlay/stored-state.js';
import { offsetsOfMark } from '../../task/epoch-mark.js';
import { stateHolder, type ApplicationState } from './state-access.js';

/** A store of a task as it is listed. */
export interface ShownStore {
  readonly store: string;
  /** Null: it is kept in a way that this version does not know. */
  readonly kind: string | null;
  readonly format: string | null;
  /** Roughly, of LevelDB's files. */
  readonly bytes: number;
  /** Next offset of the changelog that is not in it; null: nothing is known. */
  readonly changelogOffset: number | null;
  /** Highest time put, ms; null: none. */
  readonly streamTime: number | null;
}

export interface ShownTask {
  readonly task: TaskId;
  readonly partition: number;
  readonly bytes: number;
  /** Version of the layout. */
  readonly format: number | null;
  /** Why its stores are not listed. */
  readonly problem: string | null;
  /** Committed offsets of its inputs that the state belongs to, where that is known. */
  readonly inputs: readonly (TopicPartition & { readonly offset: number })[];
  readonly stores: readonly ShownStore[];
}

/** What an engine of the user's own keeps: nobody else can read it. */
export interface ShownEngine {
  readonly engine: string;
  readonly task: string;
  readonly bytes: number;
}

export interface ShownState {
  readonly applicationId: string;
  readonly folder: string;
  /** Who runs on it; null: nobody. */
  readonly inUseBy: string | null;
  readonly tasks: readonly ShownTask[];
  readonly engines: readonly ShownEngine[];
}

/** LevelDB may remove files while their sizes are looked up. */
const TRIES = 10;

export async function shownState(state: ApplicationState): Promise<ShownState> {
  const { applicationId, folder } = state;
  const tasks: ShownTask[] = [];
  for (const task of tasksOnDisk(state)) tasks.push(await shownTask(folder.task(task), task));
  return {
    applicationId,
    folder: folder.path,
    inUseBy: await stateHolder(state),
    tasks,
    engines: await shownEngines(join(folder.path, 'engines')),
  };
}

/** By sub-topology, then partition. */
export function tasksOnDisk({ folder }: ApplicationState): TaskId[] {
  const order = (id: TaskId): number => parseTaskId(id).subTopology * 1e6 + parseTaskId(id).partition;
  return folder
    .tasks()
    .filter((id) => existsSync(folder.task(id)))
    .sort((a, b) => order(a) - order(b));
}

async function shownTask(folder: string, task: TaskId): Promise<ShownTask> {
  const common = { task, partition: parseTaskId(task).partition, bytes: await folderBytes(folder) };
  for (let tries = 1; ; tries += 1) {
    try {
      const opened = await openSnapshot(folder);
      if (opened === null) return { ...common, ...NOTHING, problem: 'there is no state in it' };
      const format = opened.marker?.format ?? null;
      if (format !== FORMAT) {
        const problem = format === null ? 'it is a LevelDB of something else' : `its format is not ${String(FORMAT)}`;
        return { ...common, ...NOTHING, format, problem };
      }
      const { stores, mark } = storedStores(opened.backend);
      return {
        ...{ ...common, format, problem: null, inputs: offsetsOfMark(mark) },
        stores: stores.map((one) => shownStore(one, opened.backend)),
      };
    } catch (error) {
      if (!MillraceError.is(error)) throw error;
      if (error.code === 'STORE_FAILED' && tries < TRIES) continue;
      return { ...common, ...NOTHING, problem: reasonOf(error) };
    }
  }
}

const NOTHING = { format: null, inputs: [], stores: [] } as const;

function shownStore(store: StoredStore, backend: LevelSnapshot): ShownStore {
  const { name, is, progress } = store;
  return {
    store: name,
    kind: is?.kind ?? null,
    format: is?.format ?? null,
    bytes: backend.bytesOf(storedRange(store)),
    changelogOffset: known(progress?.offset),
    streamTime: known(progress?.streamTime),
  };
}

function known(number: number | undefined): number | null {
  return number === undefined || number < 0 ? null : number;
}

async function shownEngines(folder: string): Promise<readonly ShownEngine[]> {
  const found: ShownEngine[] = [];
  if (!existsSync(folder)) return found;
  for (const engine of readdirSync(folder)) {
    for (const task of readdirSync(join(folder, engine))) {
      found.push({ engine, task, bytes: await folderBytes(join(folder, engine, task)) });
    }
  }
  return found;
}
