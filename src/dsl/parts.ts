/** What streams and tables know of themselves and share within the DSL, out of the user's sight. */
import { MillraceError } from '../errors/error.js';
import { notByNew } from '../errors/made-by.js';
import type { Serde } from '../serde/serde.js';
import type { LogicalGraph } from '../topology/logical/logical-graph.js';
import type { LogicalNode } from '../topology/logical/logical-node.js';
import type { RepartitionNode } from '../topology/logical/repartition-node.js';
import type { TableOrigin } from './table-origin.js';

/** Key of the parts of a stream or table. */
export const PARTS: unique symbol = Symbol('millrace.parts');

/** What streams and tables have in common. */
export interface FlowParts {
  readonly graph: LogicalGraph;
  /** The node that produces it. */
  readonly node: LogicalNode;
  /** Name of the operator that produces it; after `repartition` that of the source of the topic. */
  readonly name: string;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  /** Nodes with the source topics whose partitions its records have. */
  readonly sources: ReadonlySet<LogicalNode>;
}

export interface StreamParts extends FlowParts {
  /** The key was changed since records were partitioned by it. */
  readonly repartitionRequired: boolean;
  /** The repartition that joins of this stream share. */
  joinRepartition?: RepartitionNode;
}

export interface TableParts extends FlowParts {
  readonly origin: TableOrigin;
  /** Name of the store that queries may use; null when nobody named it. */
  readonly queryableStoreName: string | null;
}

export interface GlobalTableParts {
  readonly graph: LogicalGraph;
  /** Name of the store. */
  readonly store: string;
}

/**
 * What a stream or a table is made of, as long as it was not made by a user.
 * @param how to come by one, as the end of a sentence
 * @throws MillraceError CONFIG_INVALID
 */
export function ownParts<P extends object>(parts: P, name: string, how: string): P {
  notByNew(typeof parts === 'object' && (parts as unknown) !== null && 'graph' in parts, name, how);
  return parts;
}

/** @throws MillraceError TOPOLOGY_INVALID when two things come from different builders */
export function checkSameBuilder(
  call: string,
  one: { readonly graph: LogicalGraph },
  other: { readonly graph: LogicalGraph },
): void {
  if (one.graph === other.graph) return;
  throw new MillraceError('TOPOLOGY_INVALID', `${call} takes a stream or table of the same StreamsBuilder`);
}

/** The error for what is no stream or table where one is needed. */
export function wrongPartner(message: string): MillraceError {
  return new MillraceError('TOPOLOGY_INVALID', message);
}
