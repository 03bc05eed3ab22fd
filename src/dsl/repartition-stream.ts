/** Sends a stream through an internal topic, because its key was changed or because the user asks for it. */
import type { Serde } from '../serde/serde.js';
import { RepartitionNode, repartitionNames } from '../topology/logical/repartition-node.js';
import type { RepartitionedOptions } from './options.js';
import type { StreamParts } from './parts.js';

/** `KStream.repartition`: always a topic of its own. */
export function repartitionStream(stream: StreamParts, options: RepartitionedOptions<unknown, unknown>): StreamParts {
  const { graph } = stream;
  const prefix = options.name ?? graph.names.operator('KSTREAM-REPARTITION-');
  const value = options.value ?? stream.value;
  const node = graph.append(
    stream.node,
    new RepartitionNode(repartitionNames(prefix, graph.names), {
      key: options.key ?? stream.key,
      value,
      partitioner: options.partitioner ?? null,
      partitions: options.partitions ?? null,
      mergeable: false,
    }),
  );
  return {
    graph,
    node,
    name: node.name,
    key: options.key ?? stream.key,
    value,
    sources: new Set([node]),
    repartitionRequired: false,
  };
}

/**
 * Repartitions the stream for a join. A second join of the same stream shares the topic of the first, unless it was given a
 * name; the numbers of a topic are used up all the same.
 */
export function repartitionForJoin(
  stream: StreamParts,
  prefix: string,
  givenKey: Serde<unknown> | undefined,
  givenValue: Serde<unknown> | undefined,
): StreamParts {
  const { graph } = stream;
  const key = givenKey ?? stream.key;
  const value = givenValue ?? stream.value;
  const names = repartitionNames(prefix, graph.names);
  let node = stream.joinRepartition;
  if (node === undefined || prefix !== stream.name) {
    node = graph.append(stream.node, new RepartitionNode(names, { key, value, mergeable: true }));
    stream.joinRepartition = node;
  }
  return { graph, node, name: node.name, key, value, sources: new Set([node]), repartitionRequired: false };
}
