/** Joins of two tables of the same keys: a change of either is joined with the current row of the other. */
import { TableJoinNode } from '../topology/logical/table-join-node.js';
import type { TableJoinType } from '../topology/operators.js';
import type { AnyJoiner } from '../processor/api/functions.js';
import { keyValueSpec, saysMaterialized } from './materialized.js';
import type { StatefulOptions } from './options.js';
import type { TableParts } from './parts.js';
import { copartition } from './stream-table-join.js';
import { JoinOrigin, storesOf } from './table-origin.js';

/** Kafka Streams: `KTableImpl.doJoin`. */
export function joinTables(
  left: TableParts,
  right: TableParts,
  joiner: AnyJoiner,
  type: TableJoinType,
  options: StatefulOptions<unknown, unknown>,
): TableParts {
  const { graph } = left;
  const { names } = graph;
  // Without a name it has a store as well, unlike what other operators on tables make of it.
  const store = saysMaterialized(options)
    ? keyValueSpec(options, {
        name: options.store ?? names.store('KTABLE-MERGE-'),
        key: left.key,
        value: undefined,
      })
    : null;
  const name = names.operatorOr(options.name, 'KTABLE-MERGE-');
  const part = (suffix: string): string | undefined => options.name && options.name + suffix;
  const leftName = names.operatorOr(part('-join-this'), 'KTABLE-JOINTHIS-');
  const rightName = names.operatorOr(part('-join-other'), 'KTABLE-JOINOTHER-');
  const sources = copartition(left, right);
  // A row that finds nothing is a result too, so it must be known whether there was one before.
  if (type !== 'inner') left.origin.requestOldValues(true);
  if (type === 'outer') right.origin.requestOldValues(true);
  const leftRead = left.origin.read();
  const rightRead = right.origin.read();
  const origin = new JoinOrigin([left.origin, right.origin], store, (one, other) => ({
    kind: 'join',
    left: one,
    right: other,
    joiner,
    type,
  }));
  const common = { kind: 'tableJoinSide', joiner, type } as const;
  const node = graph.append(
    [left.node, right.node],
    new TableJoinNode(
      name,
      [
        {
          name: leftName,
          input: left.node,
          operator: () => ({
            ...common,
            side: 'left',
            other: rightRead,
            versioned: left.origin.versioned,
            sendOldValues: origin.sendsOldValues,
          }),
          reads: storesOf(rightRead),
        },
        {
          name: rightName,
          input: right.node,
          operator: () => ({
            ...common,
            side: 'right',
            other: leftRead,
            versioned: right.origin.versioned,
            sendOldValues: origin.sendsOldValues,
          }),
          reads: storesOf(leftRead),
        },
      ],
      () => ({ kind: 'tableJoinMerge', store: store?.name ?? null, sendOldValues: origin.sendsOldValues }),
      store,
    ),
  );
  return {
    graph,
    node,
    name,
    key: options.key ?? left.key,
    value: options.value,
    sources,
    origin,
    queryableStoreName: options.store ?? null,
  };
}
