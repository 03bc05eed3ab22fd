/** Adds to each record what a table holds for it at that moment. Kafka Streams: `KStreamKTableJoin`, `KStreamGlobalKTableJoin`. */
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import type { AnyMapper, AnyStreamTableJoiner } from '../api/functions.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { tableLookup, type TableLookup, type TableReading } from '../table/table-lookup.js';

const NO_KEY = 'the key selector returned undefined; return the key of the table, or null if the record has none';

export interface StreamTableJoinSettings {
  readonly table: TableReading;
  readonly joiner: AnyStreamTableJoiner;
  /** Also emit what finds no row, with null. */
  readonly left: boolean;
  /** Global tables: gives the key to look up. Null: the record's key. */
  readonly keySelector: AnyMapper | null;
}

/** Only the stream triggers; a null value is dropped; a null key finds nothing and is dropped unless the join is a left one. */
export class StreamTableJoinNode extends RunningNode {
  private lookup!: TableLookup;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: StreamTableJoinSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    this.lookup = tableLookup(this.settings.table, this.context, 'asOfRecord');
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { joiner, left, keySelector } = this.settings;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (value === null) {
      this.context.dropped(this.name, 'null-value');
      return;
    }
    const lookupKey = keySelector === null ? key : returnedNow(keySelector(value, key, record), 'the key selector');
    if (lookupKey === undefined) throw new MillraceError('PROCESSING_FAILED', NO_KEY);
    if (lookupKey === null && !left) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    const row = lookupKey === null ? null : this.lookup(lookupKey);
    const found = row === null ? null : row.value;
    if (found === null && !left) return;
    this.forward(key, returnedNow(joiner(value, found, key, record, lookupKey), 'the joiner'), timestamp, headers);
  }
}
