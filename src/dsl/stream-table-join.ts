/** Joins of a stream with a table: each record of the stream looks up the table; updates of the table join nothing. */
import type { Joiner as AnyJoiner, Mapper } from '../topology/operators.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import type { JoinedOptions } from './options.js';
import type { StreamParts, TableParts } from './parts.js';
import { repartitionForJoin } from './repartition-stream.js';
import { storesOf } from './table-origin.js';

/** Kafka Streams: `KStreamImpl.doStreamTableJoin`. */
export function joinTable(
  stream: StreamParts,
  table: TableParts,
  joiner: AnyJoiner,
  left: boolean,
  options: JoinedOptions<unknown, unknown>,
): StreamParts {
  const from = stream.repartitionRequired
    ? repartitionForJoin(stream, options.name ?? stream.name, options.key, options.value)
    : stream;
  const sources = copartition(from, table);
  const name = from.graph.names.operatorOr(options.name, left ? 'KSTREAM-LEFTJOIN-' : 'KSTREAM-JOIN-');
  const read = table.origin.read();
  const node = from.graph.append(
    from.node,
    new OperatorNode(
      name,
      () => ({
        operator: { kind: 'streamTableJoin', table: read, joiner, left, keySelector: null },
        reads: storesOf(read),
      }),
      { wantsNullKeys: left },
    ),
  );
  return {
    graph: from.graph,
    node,
    name,
    key: options.key ?? from.key,
    value: undefined,
    sources,
    repartitionRequired: false,
  };
}

/** Kafka Streams: `KStreamImpl.doGlobalTableJoin`. The operator is called LEFTJOIN there, inner or not. */
export function joinGlobalTable(
  stream: StreamParts,
  store: string,
  keySelector: Mapper,
  joiner: AnyJoiner,
  left: boolean,
  givenName: string | undefined,
): StreamParts {
  const name = stream.graph.names.operatorOr(givenName, 'KSTREAM-LEFTJOIN-');
  const node = stream.graph.append(
    stream.node,
    new OperatorNode(
      name,
      () => ({
        operator: { kind: 'streamTableJoin', table: { kind: 'store', store }, joiner, left, keySelector },
      }),
      { wantsNullKeys: left },
    ),
  );
  return { ...withoutJoinRepartition(stream), node, name, value: undefined };
}

/** Says that both must be partitioned alike, and gives the sources of what comes out. */
export function copartition(
  one: { readonly graph: StreamParts['graph']; readonly sources: ReadonlySet<LogicalNode> },
  other: { readonly sources: ReadonlySet<LogicalNode> },
): ReadonlySet<LogicalNode> {
  const sources = new Set([...one.sources, ...other.sources]);
  one.graph.copartition(sources);
  return sources;
}

/** The parts of a stream for one derived from it, which must not inherit the repartition that joins share. */
export function withoutJoinRepartition(stream: StreamParts): StreamParts {
  const { graph, node, name, key, value, sources, repartitionRequired } = stream;
  return { graph, node, name, key, value, sources, repartitionRequired };
}
