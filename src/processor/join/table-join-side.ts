/** One input of a join of two tables: each change is joined with the current row of the other table. Kafka Streams: `KTableKTableInnerJoin`, `…LeftJoin`, `…RightJoin`, `…OuterJoin`. */
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { defined } from '../aggregate/defined.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { changeOf } from '../table/change-of.js';
import { tableLookup, type TableLookup, type TableReading } from '../table/table-lookup.js';

export interface TableJoinSideSettings {
  /** The side of the join that this input is. */
  readonly side: 'left' | 'right';
  readonly other: TableReading;
  readonly joiner: (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
  readonly type: 'inner' | 'left' | 'outer';
  /** This input has a history. */
  readonly versioned: boolean;
  readonly sendOldValues: boolean;
}

/**
 * Without a row that the join cannot do without, nothing is sent, not even a deletion. The result is as young as the
 * younger of its two rows. An update that is not the latest of a versioned table joins nothing.
 */
export class TableJoinSideNode extends RunningNode {
  private lookup!: TableLookup;
  private readonly left: boolean;
  private readonly ownRequired: boolean;
  private readonly otherRequired: boolean;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: TableJoinSideSettings,
  ) {
    super(name, context);
    const { side, type } = settings;
    this.left = side === 'left';
    this.ownRequired = type === 'inner' || (type === 'left' && this.left);
    this.otherRequired = type === 'inner' || (type === 'left' && !this.left);
  }

  override init(): void {
    this.lookup = tableLookup(this.settings.other, this.context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    const change = changeOf(value);
    if (this.settings.versioned && !change.isLatest) {
      this.context.dropped(this.name, 'late');
      return;
    }
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const row = this.lookup(key);
    if (row === null && (this.otherRequired || (change.newValue === null && change.oldValue === null))) return;
    const other = row === null ? null : row.value;
    const resultTimestamp = row === null ? timestamp : Math.max(timestamp, row.timestamp);
    const newResult = this.joined(change.newValue, other, key);
    const oldResult = this.settings.sendOldValues ? this.joined(change.oldValue, other, key) : null;
    this.forward(key, new Change(newResult, oldResult, change.isLatest), resultTimestamp, headers);
  }

  private joined(own: unknown, other: unknown, key: unknown): unknown {
    if (own === null && (this.ownRequired || other === null)) return null;
    const { joiner } = this.settings;
    const { record } = this.context;
    const result = this.left ? joiner(own, other, key, record) : joiner(other, own, key, record);
    return defined(result, 'joiner', this.name);
  }
}
