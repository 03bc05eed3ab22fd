/** Reads a stream as the changes of a table. */
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { RepartitionNode, repartitionNames } from '../topology/logical/repartition-node.js';
import { keyValueSpec } from './materialized.js';
import type { StatefulOptions } from './options.js';
import type { StreamParts, TableParts } from './parts.js';
import { SourceOrigin } from './table-origin.js';

/** Kafka Streams: `KStreamImpl.toTable`. The number of a store is used up even if the table never gets one. */
export function streamToTable(stream: StreamParts, options: StatefulOptions<unknown, unknown>): TableParts {
  const { graph } = stream;
  const name = graph.names.operatorOr(options.name, 'KSTREAM-TOTABLE-');
  const store = keyValueSpec(options, {
    name: options.store ?? graph.names.store('KSTREAM-TOTABLE-'),
    key: stream.key,
    value: stream.value,
  });
  const { key, value } = store;
  let parent = stream.node;
  let { sources } = stream;
  if (stream.repartitionRequired) {
    const repartition = new RepartitionNode(repartitionNames(name, graph.names), { key, value, mergeable: true });
    parent = graph.append(parent, repartition);
    sources = new Set([parent]);
  }
  const origin = new SourceOrigin(store, options.store !== undefined);
  const node = graph.append(
    parent,
    new OperatorNode(name, () => ({
      operator: { kind: 'streamToTable', store: origin.store?.name ?? null, sendOldValues: origin.sendsOldValues },
      stores: origin.store === null ? [] : [origin.store],
    })),
  );
  return { graph, node, name, key, value, sources, origin, queryableStoreName: options.store ?? null };
}
