/** Joins of a stream with a table: each record of the stream looks up the table; updates of the table join nothing. */
import { MillraceError } from '../errors/error.js';
import type { CommonSpec, JoinBufferSpec } from '../store/spec.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { Operator } from '../topology/operators.js';
import type { AnyJoiner, AnyMapper, AnyStreamTableJoiner } from '../processor/api/functions.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import type { JoinedOptions } from './options.js';
import type { StreamParts, TableParts } from './parts.js';
import { repartitionForJoin } from './repartition-stream.js';
import { storesOf, type TableOrigin } from './table-origin.js';

/**
 * Kafka Streams: `KStreamImpl.doStreamTableJoin`.
 * @throws MillraceError CONFIG_INVALID for grace on a table without history, or with less of it
 */
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
  const key = options.key ?? from.key;
  const buffer =
    options.grace === undefined
      ? null
      : bufferSpec(`${name}-Buffer`, { key, value: options.value ?? from.value }, options.grace, table.origin);
  const reading = table.origin.read();
  const operator: Operator =
    buffer === null
      ? { kind: 'streamTableJoin', table: reading, joiner, left, keySelector: null }
      : { kind: 'streamTableGraceJoin', table: reading, joiner, left, buffer: buffer.name };
  const written = { operator, stores: buffer === null ? [] : [buffer], reads: storesOf(reading) };
  const node = from.graph.append(from.node, new OperatorNode(name, () => written, { wantsNullKeys: left }));
  return {
    graph: from.graph,
    node,
    name,
    key,
    value: undefined,
    sources,
    repartitionRequired: false,
  };
}

/** Where the records of a join with grace wait. */
function bufferSpec(
  name: string,
  { key, value }: Pick<CommonSpec, 'key' | 'value'>,
  grace: Duration,
  table: TableOrigin,
): JoinBufferSpec {
  const graceMs = toMilliseconds(grace, 'grace');
  const { history } = table;
  if (history === null || !table.versioned) {
    throw new MillraceError(
      'CONFIG_INVALID',
      'a join with grace looks up how the table was, so the table needs a history: { store, versioned: { historyRetention } }',
      { option: 'grace' },
    );
  }
  if (graceMs > history.retentionMs) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the grace of a join is ${String(graceMs)} ms, but the history of store ${history.name} reaches back only ${String(history.retentionMs)} ms; give it at least as much`,
      { option: 'grace', store: history.name },
    );
  }
  return {
    name,
    kind: 'joinBuffer',
    format: 'plain',
    key,
    value,
    engine: 'level',
    caching: false,
    logging: {},
    retentionMs: graceMs,
  };
}

/** Kafka Streams: `KStreamImpl.doGlobalTableJoin`. The operator is called LEFTJOIN there, inner or not. */
export function joinGlobalTable(
  stream: StreamParts,
  store: string,
  keySelector: AnyMapper,
  joiner: AnyStreamTableJoiner,
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
