/** Puts a user's processor behind a stream. */
import type { AnyFixedKeyProcessor, AnyProcessor, Supplier } from '../processor/api/processor.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import type { Operator } from '../topology/operators.js';
import { checkOptions } from './check-options.js';
import { PROCESSED, type ProcessedOptions } from './options.js';
import type { StreamParts } from './parts.js';
import { withoutJoinRepartition } from './stream-table-join.js';
import { supplierOf } from './suppliers.js';

/** `KStream.process`: keys may be others behind it. A given name uses up no number. */
export function processStream(
  stream: StreamParts,
  given: (() => AnyProcessor) | Supplier<AnyProcessor>,
  options: ProcessedOptions,
): StreamParts {
  const supplier = supplierOf('process()', given);
  const next = append(stream, 'process()', 'KSTREAM-PROCESSOR-', options, { kind: 'process', supplier });
  return { ...next, key: undefined, value: undefined, repartitionRequired: true };
}

/** `KStream.processValues`: records stay where they are. */
export function processStreamValues(
  stream: StreamParts,
  given: (() => AnyFixedKeyProcessor) | Supplier<AnyFixedKeyProcessor>,
  options: ProcessedOptions,
): StreamParts {
  const supplier = supplierOf('processValues()', given);
  const operator: Operator = { kind: 'processValues', supplier };
  return { ...append(stream, 'processValues()', 'KSTREAM-PROCESSVALUES-', options, operator), value: undefined };
}

/** Neither counts as changing keys or values for optimisations, as in Kafka Streams. */
function append(
  parts: StreamParts,
  call: string,
  prefix: string,
  options: ProcessedOptions,
  operator: Extract<Operator, { kind: 'process' | 'processValues' }>,
): StreamParts {
  checkOptions(call, options, PROCESSED);
  const stream = withoutJoinRepartition(parts);
  const name = options.name ?? stream.graph.names.operator(prefix);
  const written = { operator, stores: operator.supplier.stores ?? [], reads: options.stores ?? [] };
  const node = stream.graph.append(stream.node, new OperatorNode(name, () => written));
  return { ...stream, node, name };
}
