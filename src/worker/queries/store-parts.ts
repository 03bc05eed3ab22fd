/** Which parts of a store this instance holds, and whether a key would be in one of them. */
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';
import { taskId, type TaskId } from '../../group/ownership.js';
import type { StoreSpec } from '../../store/spec.js';
import type { StateStore } from '../../store/state-store.js';
import { decidedSpec, storeOpening } from '../../task/store-openings.js';
import type { Task } from '../../task/task.js';
import type { Topology } from '../../topology/topology.js';

/** A part of a store: that of one task, or a global store whole. */
export interface StorePart {
  readonly store: StateStore;
  /** @throws MillraceError STORE_UNAVAILABLE when its task has left this instance */
  mustBeHere(): void;
}

/** What an instance knows of its tasks and stores. */
export interface StoresOfInstance {
  readonly topology: Topology;
  readonly config: Pick<
    Config,
    'applicationId' | 'defaultKeySerde' | 'defaultValueSerde' | 'dslStores' | 'dslStoreFormat'
  >;
  running(): readonly Task[];
  /** Tasks of a sub-topology, wherever they are; 0 while unknown. */
  partitions(subTopology: number): number;
  /** A global store that has been read. */
  global(name: string): StateStore | null;
}

export class StoreParts {
  readonly spec: StoreSpec;
  readonly isGlobal: boolean;
  /** Id of the sub-topology whose tasks have it; -1 of global stores. */
  private readonly subTopology: number;

  /** @throws MillraceError STORE_UNAVAILABLE when the topology has no such store */
  constructor(
    private readonly name: string,
    private readonly from: StoresOfInstance,
  ) {
    const { topology } = from;
    const global = topology.globalStores.find(({ store }) => store.name === name)?.store;
    const spec = global ?? topology.stores.get(name);
    if (spec === undefined) {
      const known = [...topology.stores.keys(), ...topology.globalStores.map(({ store }) => store.name)];
      const has = known.length === 0 ? 'none' : known.join(', ');
      throw unavailable(name, `there is no store ${name}; the topology has ${has}`);
    }
    this.spec = decidedSpec(spec, from.config);
    this.isGlobal = global !== undefined;
    this.subTopology = topology.subTopologies().find(({ stores }) => stores.includes(name))?.id ?? -1;
  }

  /** @throws MillraceError STORE_UNAVAILABLE when there is none */
  here(): readonly StorePart[] {
    const { name, from } = this;
    if (this.isGlobal) {
      const store = from.global(name);
      if (store === null) throw unavailable(name, `global store ${name} has not been read yet; wait for RUNNING`);
      return [{ store, mustBeHere: () => undefined }];
    }
    const parts = from.running().flatMap((task) => this.partOf(task));
    if (parts.length > 0) return parts;
    throw unavailable(
      name,
      `no running task of this instance has a part of store ${name}; wait for RUNNING, or ask another instance`,
    );
  }

  /**
   * To be asked when no part has the key.
   * @throws MillraceError KEY_NOT_HERE when it belongs to a partition that is not here
   */
  mustBeHereIfAnywhere(key: unknown): void {
    const { from, name } = this;
    const place = this.placeOf(key);
    if (place === null || from.running().some(({ id }) => id === place.task)) return;
    const { task, partition } = place;
    throw new MillraceError(
      'KEY_NOT_HERE',
      `this instance does not have partition ${String(partition)} of store ${name}, to which the key belongs (by the default partitioner): ask the instance that has task ${task}, or wait until this one is RUNNING`,
      { store: name, task, partition },
    );
  }

  /** Which task's part would have the key, by the default partitioner; null: every instance has the store, or nothing is known yet. */
  placeOf(key: unknown): { readonly task: TaskId; readonly partition: number } | null {
    const { from, subTopology, isGlobal } = this;
    const count = isGlobal ? 0 : from.partitions(subTopology);
    if (count === 0) return null;
    const opening = storeOpening(this.spec, from.config);
    const bytes = opening.key.serialize(key, opening.changelogTopic);
    const partition = murmur2Partition(opening.key.partitionBytes?.(bytes) ?? bytes, count);
    return { task: taskId(subTopology, partition), partition };
  }

  private partOf(task: Task): StorePart[] {
    const store = task.state.stores.find((one) => one.name === this.name);
    if (store === undefined) return [];
    const mustBeHere = (): void => {
      if (this.from.running().includes(task)) return;
      throw unavailable(this.name, `task ${task.id} left this instance while its part of store ${this.name} was read`);
    };
    return [{ store, mustBeHere }];
  }
}

function unavailable(store: string, message: string): MillraceError {
  return new MillraceError('STORE_UNAVAILABLE', message, { store });
}
