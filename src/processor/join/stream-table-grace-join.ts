/** Holds records of a stream back before it joins them with a table, so that late updates of the table are found. Kafka Streams: `KStreamKTableJoin` with a grace period. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { JoinBuffer } from '../../store/join-buffer.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { tableLookup, type TableLookup, type TableReading } from '../table/table-lookup.js';

export interface StreamTableGraceJoinSettings {
  readonly table: TableReading;
  readonly joiner: (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
  /** Also emit what finds no row, with null. */
  readonly left: boolean;
  readonly buffer: string;
}

/**
 * Records leave the buffer in the order of their timestamps, each with its own place, time and headers, when a later record
 * of the stream has brought time far enough. What is late already is joined at once. Null values, and null keys of inner
 * joins, are dropped; a left join has nothing to wait for where the key is null.
 */
export class StreamTableGraceJoinNode extends RunningNode {
  private lookup!: TableLookup;
  private buffer!: JoinBuffer<unknown, unknown>;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: StreamTableGraceJoinSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { stores } = this.context;
    this.lookup = tableLookup(this.settings.table, this.context, 'asOfRecord');
    this.buffer = stores.get('joinBuffer', this.settings.buffer);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (value === null || (key === null && !this.settings.left)) {
      this.context.dropped(this.name, value === null ? 'null-value' : 'null-key');
      return;
    }
    if (key === null || !this.buffer.put(key, value)) {
      this.join(key, value);
      return;
    }
    this.buffer.releaseDue(this.released);
  }

  /** An error concerns the record that is released, and none of those behind it. */
  private readonly released = (key: unknown, value: unknown): void => {
    try {
      this.join(key, value);
    } catch (error) {
      this.context.failed(this.name, error, key, value);
    }
  };

  private join(key: unknown, value: unknown): void {
    const { joiner, left } = this.settings;
    const { record } = this.context;
    const { timestamp, headers } = record;
    const row = key === null ? null : this.lookup(key);
    if (row === null && !left) return;
    const joined = returnedNow(joiner(value, row === null ? null : row.value, key, record), 'the joiner');
    this.forward(key, joined, timestamp, headers);
  }
}
