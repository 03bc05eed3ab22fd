/** What is known of the stores of an application before any of them is asked: kinds, serdes, tasks, and what holds updates back. */
import { murmur2Partition } from '../../broker/wire/murmur2.js';
import { MillraceError } from '../../errors/error.js';
import { taskId } from '../../group/ownership.js';
import { QueryError } from '../../query/query-error.js';
import type { StoreToAsk } from '../../query/store-to-ask.js';
import type { StoreOpening } from '../../store/task-state.js';
import { storeOpening } from '../../task/store-openings.js';
import type { Topology } from '../../topology/topology.js';
import { StoreParts, type StoresOfInstance } from './store-parts.js';

export interface QueriedStore {
  readonly isGlobal: boolean;
  readonly opening: StoreOpening;
  /** It hears of some updates only when a cache of another store lets go of them. */
  readonly behindCaches: boolean;
  readonly subTopology: number;
}

export class QueriedStores {
  private readonly known = new Map<string, QueriedStore>();
  /** Made for as many partitions as there are tasks: each query asks for one. */
  private readonly made = new Map<string, StoreToAsk>();

  constructor(
    private readonly from: StoresOfInstance,
    /** Caches hold something back. */
    private readonly caching: boolean,
  ) {}

  /** @throws QueryError DOES_NOT_EXIST; UNKNOWN_QUERY_TYPE for a store of the user's own making, which answers nobody but processors */
  described(name: string): QueriedStore {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const { topology, config } = this.from;
    const { spec, isGlobal } = partsOf(name, this.from);
    if (spec.kind === 'custom') {
      const problem = `store ${name} is of kind ${spec.kind}, which only its processors can ask`;
      throw new QueryError('UNKNOWN_QUERY_TYPE', problem, { store: name });
    }
    const described = {
      isGlobal,
      opening: storeOpening(spec, config),
      behindCaches: this.caching && isBehindCaches(topology, name),
      subTopology: topology.subTopologies().find(({ stores }) => stores.includes(name))?.id ?? -1,
    };
    this.known.set(name, described);
    return described;
  }

  /** As whoever asks needs it. @throws as {@link described}; NOT_ACTIVE before the tasks are known */
  toAsk(name: string): StoreToAsk {
    const described = this.described(name);
    const made = this.made.get(name);
    const count = described.isGlobal ? 1 : this.from.partitions(described.subTopology);
    if (count === 0)
      throw new QueryError('NOT_ACTIVE', `the tasks of store ${name} are not known yet`, { store: name });
    if (made?.tasks.length === count) return made;
    const store = storeToAsk(name, described, count);
    this.made.set(name, store);
    return store;
  }
}

function storeToAsk(name: string, { isGlobal, opening, subTopology }: QueriedStore, count: number): StoreToAsk {
  const { key, value, changelogTopic: topic, spec } = opening;
  const store = { ...{ name, kind: spec.kind, key, value, topic }, whole: isGlobal };
  if (isGlobal) return { ...store, tasks: [null], taskOf: () => null };
  const tasks = Array.from({ length: count }, (_, partition) => taskId(subTopology, partition));
  return {
    ...store,
    tasks,
    taskOf: (bytes) => tasks[murmur2Partition(key.partitionBytes?.(bytes) ?? bytes, count)] as string,
  };
}

function partsOf(name: string, from: StoresOfInstance): StoreParts {
  try {
    return new StoreParts(name, from);
  } catch (error) {
    if (!MillraceError.is(error)) throw error;
    throw new QueryError('DOES_NOT_EXIST', error.message, { store: name });
  }
}

/** Whether an operator before those that write the store holds updates back in a store of its own. */
function isBehindCaches({ nodes, stores }: Topology, name: string): boolean {
  const byName = new Map(nodes.map((one) => [one.name, one]));
  const behind = new Set<string>();
  const waiting = nodes.flatMap((one) => (one.type === 'processor' && one.stores.includes(name) ? one.parents : []));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (behind.has(next)) continue;
    behind.add(next);
    const one = byName.get(next);
    if (one?.type !== 'processor') continue;
    if (one.stores.some((store) => store !== name && stores.get(store)?.caching === true)) return true;
    waiting.push(...one.parents);
  }
  return false;
}
