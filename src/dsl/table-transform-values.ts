/** Puts a user's value transformer behind a table. */
import type { AnyValueTransformer } from '../processor/api/value-transformer.js';
import type { Supplier } from '../processor/api/processor.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { checkOptions } from './check-options.js';
import { keyValueSpec, saysMaterialized } from './materialized.js';
import { TRANSFORM_VALUES, type TransformValuesOptions } from './options.js';
import type { TableParts } from './parts.js';
import { supplierOf } from './suppliers.js';
import { DerivedOrigin } from './table-origin.js';

/** Kafka Streams: `KTableImpl.doTransformValues`. Unlike other operators it never uses up the number of a store. */
export function transformTableValues(
  table: TableParts,
  given: (() => AnyValueTransformer) | Supplier<AnyValueTransformer>,
  options: TransformValuesOptions<unknown, unknown>,
): TableParts {
  checkOptions('transformValues()', options, TRANSFORM_VALUES);
  const supplier = supplierOf('transformValues()', given, 'transform');
  const { graph, node: parent, key, sources } = table;
  const store =
    options.store === undefined ? null : keyValueSpec(options, { name: options.store, key, value: undefined });
  const name = graph.names.operatorOr(options.name, 'KTABLE-TRANSFORMVALUES-');
  const { stores: own = [] } = supplier;
  const { stores: others = [] } = options;
  const stores = [...own.map((one) => one.name), ...others];
  const origin = new DerivedOrigin(table.origin, store, saysMaterialized(options), (read) => ({
    kind: 'transformValues',
    parent: read,
    operator: name,
    supplier,
    stores,
  }));
  const node = graph.append(
    parent,
    new OperatorNode(name, () => ({
      operator: {
        kind: 'tableTransformValues',
        supplier,
        store: store?.name ?? null,
        sendOldValues: origin.sendsOldValues,
      },
      stores: store === null ? own : [store, ...own],
      reads: others,
    })),
  );
  return {
    graph,
    node,
    name,
    key: options.key ?? key,
    value: options.value,
    sources,
    origin,
    queryableStoreName: store?.name ?? null,
  };
}
