/** The right side of a foreign-key join answers a registration with the current value of its key. Kafka Streams: `SubscriptionJoinProcessorSupplier`. */
import type { Headers } from '../../record/headers.js';
import { ForeignKeyAnswer, ForeignValue } from '../../serde/foreign-key-answer.js';
import { INSTRUCTION, type Registration } from '../../serde/foreign-key-registration.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { tableLookup, type TableLookup, type TableReading } from '../table/table-lookup.js';
import { answerKeys, type AnswerKeySettings } from './answer-keys.js';

export interface ForeignKeyLookUpSettings extends AnswerKeySettings {
  /** The right table. */
  readonly table: TableReading;
}

/** The answer is as young as the younger one of registration and row. */
export class ForeignKeyLookUpNode extends RunningNode {
  private lookup!: TableLookup;
  private answerKey!: ReturnType<typeof answerKeys>;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ForeignKeyLookUpSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { context } = this;
    this.lookup = tableLookup(this.settings.table, context);
    this.answerKey = answerKeys(this.name, context, this.settings);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { instruction, hash, primaryKey, partition } = value as Registration;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const row = key === null ? null : this.lookup(key);
    // Only now, as in Kafka Streams: a table that is computed may fail at it.
    if (instruction === INSTRUCTION.forget) return;
    if (row === null && instruction === INSTRUCTION.answerIfPresent) return;
    const foreign =
      row === null || instruction === INSTRUCTION.forgetAndAnswerNull ? null : new ForeignValue(row.value);
    const resultTimestamp = row === null ? timestamp : Math.max(timestamp, row.timestamp);
    this.forward(
      this.answerKey(primaryKey, headers),
      new ForeignKeyAnswer(hash, foreign, partition),
      resultTimestamp,
      headers,
    );
  }
}
