/** Reads the current value of a table: from its store, or computed from the table it was derived from. */
import type { RecordContext } from '../../record/record-context.js';
import type { RecordView } from '../../record/record-context.js';
import type { OperatorStores } from '../context.js';

type Predicate = (value: unknown, key: unknown, record: RecordView) => boolean;
type Mapper = (value: unknown, key: unknown, record: RecordView) => unknown;

/** As the topology describes it; see `TableRead` there. */
export type TableReading =
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'filter'; readonly parent: TableReading; readonly predicate: Predicate; readonly negate: boolean }
  | { readonly kind: 'mapValues'; readonly parent: TableReading; readonly mapper: Mapper };

/** Gives the value of a key, null where there is none. */
export type TableLookup = (key: unknown) => unknown;

/** Built once a node, so that looking up is plain calls. Kafka Streams: `KTableValueGetter`. */
export function tableLookup(reading: TableReading, stores: OperatorStores, record: RecordContext): TableLookup {
  if (reading.kind === 'store') {
    const store = stores.readable(reading.store);
    return (key) => store.get(key)?.value ?? null;
  }
  const parent = tableLookup(reading.parent, stores, record);
  if (reading.kind === 'filter') {
    const { predicate, negate } = reading;
    return (key) => {
      const value = parent(key);
      return value !== null && predicate(value, key, record) !== negate ? value : null;
    };
  }
  const { mapper } = reading;
  return (key) => {
    const value = parent(key);
    return value === null ? null : mapper(value, key, record);
  };
}
