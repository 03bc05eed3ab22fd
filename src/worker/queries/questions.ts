/** What an instance is asked from outside: its stores, and who has which part of them. */
import { MillraceError } from '../../errors/error.js';
import type { TaskId } from '../../group/ownership.js';
import type { InstanceMetadata, KeyMetadata } from '../../observe/instance-metadata.js';
import type { InstanceDirectory } from '../group/instance-directory.js';
import type { TopicPlan } from '../topics/topic-plan.js';
import { readStore } from './read-store.js';
import { StoreParts, type StoresOfInstance } from './store-parts.js';
import type { QueryableStoreType } from './store-readers.js';

interface Asked extends Omit<StoresOfInstance, 'partitions'> {
  readonly directory: InstanceDirectory;
  /** Null before the topics are known. */
  plan(): TopicPlan | null;
}

export class Questions {
  private readonly stores: StoresOfInstance;

  constructor(private readonly asked: Asked) {
    this.stores = {
      topology: asked.topology,
      config: asked.config,
      running: () => asked.running(),
      partitions: (subTopology) => asked.plan()?.tasks.get(subTopology) ?? 0,
      global: (name) => asked.global(name),
    };
  }

  /** @throws MillraceError STORE_UNAVAILABLE */
  store<Reader>(name: string, type: QueryableStoreType<Reader>): Reader {
    return readStore(name, type, this.stores);
  }

  /** Instances that told the group where they can be asked, this one first. */
  instances(): readonly InstanceMetadata[] {
    const plan = this.asked.plan();
    if (plan === null) return [];
    const own = this.asked.running().map(({ id }) => id as TaskId);
    return this.asked.directory.instances(own, this.asked.topology, plan);
  }

  /** Who would have a key. @throws MillraceError STORE_UNAVAILABLE */
  keyMetadata(store: string, key: unknown): KeyMetadata {
    const { directory } = this.asked;
    const parts = new StoreParts(store, this.stores);
    if (parts.isGlobal) return { store, task: null, partition: -1, owner: directory.self };
    const place = parts.placeOf(key);
    if (place === null) {
      throw new MillraceError('STORE_UNAVAILABLE', `the tasks of store ${store} are not known yet; wait for RUNNING`, {
        store,
      });
    }
    const own = new Set(this.asked.running().map(({ id }) => id));
    return { store, ...place, owner: directory.ownerOf(place.task, own) };
  }
}
