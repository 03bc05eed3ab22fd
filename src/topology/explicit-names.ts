/** Finds what of a topology outlives it, stores and internal topics, under names that nobody chose. */
import { MillraceError } from '../errors/error.js';
import type { NameCounter } from './names.js';
import type { Topology } from './topology.js';

/**
 * A generated name changes when operators are added or taken away before it, and its state is then lost. Kafka Streams:
 * `ensure.explicit.internal.resource.naming`, which also counts stores of tables that turn out not to need one.
 * @throws MillraceError TOPOLOGY_INVALID naming them all
 */
export function checkExplicitNames(topology: Topology, names: NameCounter): void {
  const stores = [...topology.stores.values(), ...topology.globalStores.map((one) => one.store)].filter(({ name }) =>
    names.isGenerated(name),
  );
  const changelogs = stores.filter(({ logging, sourceTopic }) => logging !== false && sourceTopic === undefined);
  const lines = [
    line(
      'changelog topic(s)',
      changelogs.map(({ name }) => `${name}-changelog`),
    ),
    line(
      'state store(s)',
      stores.map(({ name }) => name),
    ),
    line(
      'repartition topic(s)',
      [...topology.repartitionTopics.keys()].filter((name) => names.isGenerated(name)),
    ),
  ].filter((text) => text !== null);
  if (lines.length === 0) return;
  throw new MillraceError(
    'TOPOLOGY_INVALID',
    `${lines.join('; ')}. Name them: stores by the option store, repartition topics by the name of the grouping, the join or the repartition`,
  );
}

function line(kind: string, names: readonly string[]): string | null {
  return names.length === 0 ? null : `following ${kind} has not been named: ${names.join(', ')}`;
}
