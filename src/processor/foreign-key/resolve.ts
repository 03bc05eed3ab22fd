/** The left side of a foreign-key join makes a result of an answer, if the row is still what it was when it asked. Kafka Streams: `ResponseJoinProcessorSupplier`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { ForeignKeyAnswer } from '../../serde/foreign-key-answer.js';
import { murmur3 } from '../../serde/murmur3.js';
import type { Serde } from '../../serde/serde.js';
import { defined } from '../aggregate/defined.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { tableLookup, type TableLookup, type TableReading } from '../table/table-lookup.js';
import { pseudoTopics } from './pseudo-topics.js';

export interface ForeignKeyResolveSettings {
  /** The left table. */
  readonly table: TableReading;
  readonly joiner: (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
  readonly left: boolean;
  readonly registrationTopic: string;
  readonly value: Serde<unknown> | undefined;
}

/** Answers to what a row was before are dropped, and counted: the answer to what it is now is on its way. */
export class ForeignKeyResolveNode extends RunningNode {
  private lookup!: TableLookup;
  private value!: Serde<unknown>;
  private topic!: string;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ForeignKeyResolveSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { settings, context, name } = this;
    this.lookup = tableLookup(settings.table, context);
    this.value = context.serde(name, 'value', settings.value);
    this.topic = pseudoTopics(context.applicationId, settings.registrationTopic).fingerprint;
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { hash, foreign } = value as ForeignKeyAnswer;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    const row = this.lookup(key);
    const left = row === null ? null : row.value;
    if (!this.stillIs(left, hash, headers)) {
      this.context.dropped(this.name, 'stale-answer');
      return;
    }
    const { joiner } = this.settings;
    const nothing = foreign === null && (left === null || !this.settings.left);
    const result = nothing
      ? null
      : defined(joiner(left, foreign === null ? null : foreign.value, key, record), 'joiner', this.name);
    this.forward(key, result, timestamp, headers);
  }

  private stillIs(left: unknown, hash: Buffer | null, headers: Headers): boolean {
    if (left === null || hash === null) return left === hash;
    return murmur3(this.value.serialize(left, this.topic, headers)).equals(hash);
  }
}
