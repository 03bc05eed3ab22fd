/** Sends both halves of a change on under their new keys, to a repartition topic. Kafka Streams: `KTableRepartitionMap`. */
import { MillraceError } from '../../errors/error.js';
import { Change } from '../../record/change.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedPair } from '../returned.js';
import { changeOf } from './change-of.js';
import { sameKey } from './same-key.js';

type PairMapper = (value: unknown, key: unknown, record: RecordView) => readonly [unknown, unknown];

/**
 * Where old and new value map to the same key, one record carries both; else the old half goes first, to be subtracted,
 * then the new one, as it does where older instances read them. A half whose new key or value is null is left out.
 */
export class TableGroupByNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly mapper: PairMapper,
    /** The table has a history: of its updates only those that are the latest of their key count. */
    private readonly versioned: boolean,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null) throw new MillraceError('PROCESSING_FAILED', 'a table cannot be grouped by a null key');
    const change = changeOf(value);
    if (this.versioned && !change.isLatest) return;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const newPair = this.pair(change.newValue, key);
    const oldPair = this.pair(change.oldValue, key);
    const together = !this.context.olderFormats.halvesApart;
    if (together && newPair !== null && oldPair !== null && sameKey(newPair[0], oldPair[0])) {
      this.forward(newPair[0], new Change(newPair[1], oldPair[1]), timestamp, headers);
      return;
    }
    if (oldPair !== null) this.forward(oldPair[0], new Change(null, oldPair[1]), timestamp, headers);
    if (newPair !== null) this.forward(newPair[0], new Change(newPair[1], null), timestamp, headers);
  }

  private pair(value: unknown, key: unknown): readonly [unknown, unknown] | null {
    if (value === null) return null;
    const pair = returnedPair(this.mapper(value, key, this.context.record), 'the mapper of groupBy()');
    return pair[0] === null || pair[1] === null ? null : pair;
  }
}
