/** Reads the current row of a table: from its store, or computed from the tables it was derived from. */
import { returnedNow, returnedVerdict } from '../returned.js';
import type { RecordView } from '../../record/record-context.js';
import type { ValueAndTimestamp } from '../../store/state-store.js';
import type { RecordContext } from '../../record/record-context.js';
import type { AnyValueTransformerSupplier } from '../api/value-transformer.js';
import type { NodeContext, TableRows } from '../context.js';
import { TransformedRows } from '../user/transformer-node.js';

type Predicate = (value: unknown, key: unknown, record: RecordView) => boolean;
type Mapper = (value: unknown, key: unknown, record: RecordView) => unknown;
type Joiner = (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;

/** As the topology describes it; see `TableRead` there. */
export type TableReading =
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'filter'; readonly parent: TableReading; readonly predicate: Predicate; readonly negate: boolean }
  | { readonly kind: 'mapValues'; readonly parent: TableReading; readonly mapper: Mapper }
  | {
      readonly kind: 'transformValues';
      readonly parent: TableReading;
      readonly operator: string;
      readonly stores: readonly string[];
      readonly supplier: AnyValueTransformerSupplier;
    }
  | { readonly kind: 'suppress'; readonly parent: TableReading; readonly store: string }
  | JoinReading;

interface JoinReading {
  readonly kind: 'join';
  readonly left: TableReading;
  readonly right: TableReading;
  readonly joiner: Joiner;
  readonly type: 'inner' | 'left' | 'outer';
}

/** Gives the row of a key, null where there is none. The row is only good until the next call or change of the table. */
export type TableLookup = (key: unknown) => ValueAndTimestamp<unknown> | null;

/** A computed row; each lookup has one and fills it anew at every call. */
class Computed implements ValueAndTimestamp<unknown> {
  value: unknown = null;
  timestamp = -1;

  with(value: unknown, timestamp: number): this | null {
    this.value = value;
    this.timestamp = timestamp;
    return value === null ? null : this;
  }
}

/**
 * Built once a node, at its init, so that looking up is plain calls. Kafka Streams: `KTableValueGetter`.
 * @param when `asOfRecord`: of a table with a history the row as it was at the time of the record; a join has none
 */
export function tableLookup(
  reading: TableReading,
  context: NodeContext,
  when: 'now' | 'asOfRecord' = 'now',
): TableLookup {
  const { stores, record } = context;
  if (reading.kind === 'store') return storeLookup(stores.readable(reading.store), record, when);
  if (reading.kind === 'join') return joinLookup(reading, context);
  const parent = tableLookup(reading.parent, context, when);
  if (reading.kind === 'filter') {
    const { predicate, negate } = reading;
    return (key) => {
      const row = parent(key);
      if (row === null) return null;
      return returnedVerdict(predicate(row.value, key, record), 'the predicate of filter() or filterNot()') !== negate
        ? row
        : null;
    };
  }
  if (reading.kind === 'transformValues') {
    const rows = new TransformedRows(reading.operator, context, reading.supplier, reading.stores);
    context.accompany(rows);
    rows.init();
    const computed = new Computed();
    return (key) => {
      const row = parent(key);
      const timestamp = row === null ? -1 : row.timestamp;
      return computed.with(rows.row(row, key), timestamp);
    };
  }
  if (reading.kind === 'suppress') {
    const buffer = stores.get('suppressBuffer', reading.store);
    const computed = new Computed();
    return (key) => {
      const prior = buffer.prior(key);
      // Its timestamp is not known any more.
      return prior === undefined ? parent(key) : computed.with(prior, -1);
    };
  }
  const { mapper } = reading;
  const computed = new Computed();
  return (key) => {
    const row = parent(key);
    if (row === null) return null;
    const { timestamp } = row;
    return computed.with(returnedNow(mapper(row.value, key, record), 'the mapper of mapValues()'), timestamp);
  };
}

function storeLookup(rows: TableRows, record: RecordContext, when: 'now' | 'asOfRecord'): TableLookup {
  if (when === 'asOfRecord' && rows.getAsOf !== undefined) {
    const history = rows as TableRows & Required<Pick<TableRows, 'getAsOf'>>;
    return (key) => history.getAsOf(key, record.timestamp);
  }
  if (rows.peek === undefined) return (key) => rows.get(key);
  const own = rows as TableRows & Required<Pick<TableRows, 'peek'>>;
  return (key) => own.peek(key);
}

function joinLookup(reading: JoinReading, context: NodeContext): TableLookup {
  const { joiner, type } = reading;
  const { record } = context;
  const left = tableLookup(reading.left, context);
  const right = tableLookup(reading.right, context);
  const computed = new Computed();
  return (key) => {
    const leftRow = left(key);
    if (leftRow === null && type !== 'outer') return null;
    const leftValue = leftRow === null ? null : leftRow.value;
    const leftTimestamp = leftRow === null ? -1 : leftRow.timestamp;
    const rightRow = right(key);
    if (rightRow === null && (type === 'inner' || leftRow === null)) return null;
    const rightValue = rightRow === null ? null : rightRow.value;
    const rightTimestamp = rightRow === null ? -1 : rightRow.timestamp;
    const joined = returnedNow(joiner(leftValue, rightValue, key, record), 'the joiner');
    return computed.with(joined, Math.max(leftTimestamp, rightTimestamp));
  };
}
