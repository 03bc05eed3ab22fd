/** What the state of a task keeps of each store and each backend of its own. */
import type { StateBackend } from '../backend.js';
import type { StoreChangelog, StoreOpening } from '../task-state.js';
import type { WriteBatch } from '../write-batch.js';
import { CacheBudget } from '../cache-budget.js';
import { Catalog } from './epoch/catalog.js';
import type { OverlayStore } from './epoch/overlay-store.js';
import type { StoreProgress, StoreSite } from './epoch/store-site.js';
import { openStore, shapeOf } from './open-store.js';

/** A backend with what is to be written to it. */
export class Volume {
  readonly catalog: Catalog;
  /** Of the sealed epoch, null while none is sealed. */
  batch: WriteBatch | null = null;

  constructor(readonly backend: StateBackend) {
    this.catalog = new Catalog(backend);
  }
}

/** A store with its place. */
export class Member {
  /** As it was at the last seal: the next epoch moves on while this one is written. */
  sealedProgress: StoreProgress;
  /** As it was at the last write. */
  private writtenProgress: StoreProgress;
  /** The store once more, with nothing in memory; null until it is asked for. */
  private view: OverlayStore | null = null;

  constructor(
    readonly store: OverlayStore,
    readonly site: StoreSite,
    readonly volume: Volume,
  ) {
    this.sealedProgress = { ...site.progress };
    this.writtenProgress = this.sealedProgress;
  }

  /** What is written of the store, to be read: it keeps nothing back in memory, and is made anew after each write. */
  get written(): OverlayStore {
    this.view ??= openStore({ ...this.site, budget: new CacheBudget(0), progress: { ...this.writtenProgress } });
    return this.view;
  }

  /** Notes how far the changelog has come, where that is told. */
  advance(offsets: ReadonlyMap<string, number>): void {
    const offset = offsets.get(this.store.name);
    if (offset !== undefined) this.site.progress.offset = offset;
  }

  /** The sealed epoch is written. */
  settle(): void {
    this.writtenProgress = this.sealedProgress;
    this.view = null;
  }

  get changelog(): StoreChangelog {
    const { site, store, volume } = this;
    const { spec, changelogTopic } = site.opening;
    return {
      store: store.name,
      topic: spec.logging === false && spec.sourceTopic === undefined ? null : changelogTopic,
      partition: site.partition,
      isSource: spec.sourceTopic !== undefined,
      engine: spec.engine,
      persistent: volume.backend.persistent,
      offset: site.progress.offset,
      topicId: volume.catalog.topicId(store.name),
    };
  }
}

/** What all stores of a task have in common. */
type Surroundings = Pick<StoreSite, 'task' | 'home' | 'budget' | 'context' | 'turn' | 'clock' | 'partition'>;

/**
 * Opens one store over its backend, whose volume is added where it is not there yet.
 * @param warn told of state that was found and could not be used
 */
export function openMember(
  opening: StoreOpening,
  backend: StateBackend,
  volumes: Volume[],
  surroundings: Surroundings,
  warn: (reason: string) => void,
): Member {
  const { spec, changelogTopic } = opening;
  let volume = volumes.find((open) => open.backend === backend);
  if (volume === undefined) {
    volume = new Volume(backend);
    volumes.push(volume);
  }
  const logged = spec.logging !== false;
  const { prefix, progress } = volume.catalog.open(spec.name, shapeOf(spec), (reason) => {
    warn(`${reason}: ${logged ? `it is rebuilt from ${changelogTopic}` : 'it starts empty, having no changelog'}`);
  });
  const site: StoreSite = {
    opening,
    backend,
    ...surroundings,
    logged: logged && spec.sourceTopic === undefined,
    prefix,
    progress,
  };
  return new Member(openStore(site), site, volume);
}

/** Has the volumes let go of stores that are not among the members. @param warn told of each of them */
export function dropUnknown(
  members: readonly Member[],
  volumes: readonly Volume[],
  warn: (store: string, reason: string) => void,
): void {
  for (const volume of volumes) {
    const names = new Set(members.filter((member) => member.volume === volume).map(({ store }) => store.name));
    for (const name of volume.catalog.keepOnly(names)) {
      warn(name, `it is not in the topology any more: what ${volume.backend.location} holds of it is removed`);
    }
  }
}

/** Closes each of them, whatever another one throws. Returns what was thrown. */
export function closeMembers(members: readonly Member[]): Error[] {
  const failures: Error[] = [];
  for (const { store } of members) {
    try {
      store.close();
    } catch (error) {
      failures.push(error as Error);
    }
  }
  return failures;
}
