/** A table of those rows of another that a predicate holds for. Kafka Streams: `KTableFilter`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedVerdict } from '../returned.js';
import { changeOf } from './change-of.js';
import { TableStore } from './table-store.js';

export interface TableFilterSettings {
  readonly predicate: (value: unknown, key: unknown, record: RecordView) => boolean;
  readonly negate: boolean;
  readonly store: string | null;
  readonly sendOldValues: boolean;
  /** Whether changes come with old values, so that a row that was never there need not be deleted. */
  readonly parentSendsOldValues: boolean;
  /** The table that comes in has a history: a deletion is then sent for each row that does not match. */
  readonly versioned: boolean;
}

/** A row that does not match becomes a tombstone; none is sent where it is known that there was no row before either. */
export class TableFilterNode extends RunningNode {
  private table: TableStore | null = null;
  private readonly knowsOld: boolean;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableFilterSettings,
  ) {
    super(name, context);
    this.knowsOld = settings.sendOldValues || settings.parentSendsOldValues;
  }

  override init(): void {
    const { store, sendOldValues } = this.settings;
    if (store === null) return;
    this.table = new TableStore(this.context, this.name, store, sendOldValues, (key, change, timestamp, headers) => {
      this.forward(key, change, timestamp, headers);
    });
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const change = changeOf(value);
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const newValue = this.kept(change.newValue, key);
    const oldValue = this.knowsOld ? this.oldValue(change.oldValue, key) : null;
    if (this.knowsOld && newValue === null && oldValue === null && !this.settings.versioned) return;
    if (this.table === null) this.forward(key, new Change(newValue, oldValue, change.isLatest), timestamp, headers);
    else this.table.put(key, newValue, oldValue, timestamp, headers);
  }

  private oldValue(parentsOld: unknown, key: unknown): unknown {
    return this.table === null ? this.kept(parentsOld, key) : (this.table.row(key)?.value ?? null);
  }

  private kept(value: unknown, key: unknown): unknown {
    if (value === null) return null;
    const holds = returnedVerdict(
      this.settings.predicate(value, key, this.context.record),
      'the predicate of filter() or filterNot()',
    );
    return holds !== this.settings.negate ? value : null;
  }
}
