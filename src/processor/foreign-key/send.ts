/** The left side of a foreign-key join: tells the right side which row wants the value of which key. Kafka Streams: `SubscriptionSendProcessorSupplier`. */
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import { INSTRUCTION, Registration, type Instruction } from '../../serde/foreign-key-registration.js';
import { murmur3 } from '../../serde/murmur3.js';
import type { Serde } from '../../serde/serde.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';
import { changeOf } from '../table/change-of.js';
import { pseudoTopics, type PseudoTopics } from './pseudo-topics.js';

export interface ForeignKeySendSettings {
  readonly extractor: (value: unknown, key: unknown, record: RecordView) => unknown;
  /** Every row of the left table has a result. */
  readonly left: boolean;
  /** The left table has a history: of its updates only those that are the latest of their key count. */
  readonly versioned: boolean;
  readonly registrationTopic: string;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly foreignKey: Serde<unknown> | undefined;
}

/**
 * A new foreign key also ends the old subscription, which lies in another partition perhaps. In an inner join a row without
 * a foreign key is dropped, and counted each time.
 */
export class ForeignKeySendNode extends RunningNode {
  private readonly partition: number;
  private topics!: PseudoTopics;
  private key!: Serde<unknown>;
  private value!: Serde<unknown>;
  private foreignKey!: Serde<unknown>;
  /** Of the row at hand. */
  private primaryKey!: Buffer;
  private hash: Buffer | null = null;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ForeignKeySendSettings,
  ) {
    super(name, context);
    const partition = Number(context.taskId.slice(context.taskId.lastIndexOf('_') + 1));
    this.partition = context.olderFormats.withoutPartition ? -1 : partition;
  }

  override init(): void {
    const { settings, context, name } = this;
    this.topics = pseudoTopics(context.applicationId, settings.registrationTopic);
    this.key = context.serde(name, 'key', settings.key);
    this.value = context.serde(name, 'value', settings.value);
    this.foreignKey = context.serde(name, 'key', settings.foreignKey);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { newValue, oldValue, isLatest } = changeOf(value);
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (this.settings.versioned && !isLatest) {
      this.context.dropped(this.name, 'late');
      return;
    }
    if (newValue === null && oldValue === null) return;
    const oldKey = this.extract(oldValue, key);
    const newKey = this.extract(newValue, key);
    const changed = oldKey !== null && (newKey === null || this.differ(oldKey, newKey, headers));
    if (newKey === null && newValue !== null && !this.settings.left) this.context.dropped(this.name, 'null-key');
    this.primaryKey = this.key.serialize(key, this.topics.primaryKey, headers);
    this.hash = newValue === null ? null : murmur3(this.value.serialize(newValue, this.topics.fingerprint, headers));
    if (this.settings.left) {
      if (changed) this.send(oldKey, INSTRUCTION.forget, timestamp, headers);
      // Without a foreign key nothing is remembered, but the answer is needed: it brings about the result with null.
      this.send(newKey, INSTRUCTION.answer, timestamp, headers);
    } else if (newKey === null) {
      if (oldKey !== null) this.send(oldKey, INSTRUCTION.forgetAndAnswerNull, timestamp, headers);
    } else {
      if (changed) this.send(oldKey, INSTRUCTION.forget, timestamp, headers);
      // Only behind another foreign key there may be a result to delete.
      this.send(newKey, changed ? INSTRUCTION.answer : INSTRUCTION.answerIfPresent, timestamp, headers);
    }
  }

  private send(foreignKey: unknown, instruction: Instruction, timestamp: number, headers: Headers): void {
    const registration = new Registration(instruction, this.hash, this.primaryKey, this.partition);
    this.forward(foreignKey, registration, timestamp, headers);
  }

  private extract(value: unknown, key: unknown): unknown {
    if (value === null) return null;
    const foreignKey = returnedNow(
      this.settings.extractor(value, key, this.context.record),
      'the foreign-key extractor',
    );
    if (foreignKey !== undefined) return foreignKey;
    throw new MillraceError(
      'PROCESSING_FAILED',
      'the foreign-key extractor returned undefined; return the key, or null if the row has none',
      { node: this.name },
    );
  }

  private differ(one: unknown, other: unknown, headers: Headers): boolean {
    const { foreignKey } = this.topics;
    const bytes = this.foreignKey.serialize(one, foreignKey, headers);
    return !bytes.equals(this.foreignKey.serialize(other, foreignKey, headers));
  }
}
