/** The epoch of all stores of a task: sealed into one batch for each backend, completed when the changelogs have it, and done with when it is written. */
import { MillraceError } from '../../errors/error.js';
import type { ChangelogAppender } from '../task-state.js';
import { WriteBatch } from '../write-batch.js';
import type { Sealing } from './epoch/overlay-store.js';
import type { Member, Volume } from './member.js';

/** The batches are there when it has come to its end. */
export function* sealMembers(
  members: readonly Member[],
  volumes: readonly Volume[],
  appender: ChangelogAppender | null,
  task: string,
): Sealing {
  const batches = new Map(volumes.map((volume) => [volume, new WriteBatch()]));
  for (const { store, site, volume } of members) {
    try {
      yield* store.seal(site.logged ? appender : null, batches.get(volume) as WriteBatch);
    } catch (error) {
      throw unserializable(task, store.name, error);
    }
  }
  for (const [volume, batch] of batches) volume.batch = batch;
  for (const member of members) member.sealedProgress = { ...member.site.progress };
}

/** The epoch goes to the changelogs alone: it is written with a later one. */
export function* sealUnwritten(members: readonly Member[], appender: ChangelogAppender, task: string): Sealing {
  for (const { store } of members) {
    try {
      yield* store.sealUnwritten(appender);
    } catch (error) {
      throw unserializable(task, store.name, error);
    }
  }
}

/** Puts beside the rows how far the stores have come. */
export function completeBatches(
  members: readonly Member[],
  volumes: readonly Volume[],
  offsets: ReadonlyMap<string, number>,
  mark: string,
): void {
  for (const volume of volumes) {
    volume.catalog.addTo(volume.batch as WriteBatch);
    if (volume.backend.persistent) volume.catalog.addMark(mark, volume.batch as WriteBatch);
  }
  for (const member of members) {
    const { store, site, sealedProgress, volume } = member;
    member.advance(offsets);
    sealedProgress.offset = site.progress.offset;
    volume.catalog.addProgress(store.name, sealedProgress, volume.batch as WriteBatch);
  }
}

export function settleVolumes(volumes: readonly Volume[]): void {
  for (const volume of volumes) {
    volume.batch = null;
    volume.catalog.written();
  }
}

export function settleMembers(members: readonly Member[]): void {
  for (const member of members) {
    member.settle();
    member.store.written();
  }
}

/** Values that cannot change are made bytes at commit only: a wrong one shows up here. */
function unserializable(task: string, store: string, error: unknown): MillraceError {
  if (MillraceError.is(error) && error.code !== 'SERIALIZATION_FAILED') return error;
  return new MillraceError(
    'SERIALIZATION_FAILED',
    `store ${store} holds something that its serde cannot write: ${error instanceof Error ? error.message : String(error)}`,
    { store, task, cause: error },
  );
}
