/** The right side of a foreign-key join tells a new value of a key to every row that wants it. Kafka Streams: `ForeignTableJoinProcessorSupplier`. */
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import { ForeignKeyAnswer, ForeignValue } from '../../serde/foreign-key-answer.js';
import { hashOf, partitionOf } from '../../serde/foreign-key-registration.js';
import type { Serde } from '../../serde/serde.js';
import type { SubscriptionStore } from '../../store/subscription-store.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { changeOf } from '../table/change-of.js';
import { answerKeys, type AnswerKeySettings } from './answer-keys.js';
import { pseudoTopics } from './pseudo-topics.js';

export interface ForeignKeyFanOutSettings extends AnswerKeySettings {
  readonly store: string;
  /** The right table has a history: of its updates only those that are the latest of their key count. */
  readonly versioned: boolean;
  readonly foreignKey: Serde<unknown> | undefined;
}

/** One answer for each subscription, in the order of the primary keys, all with the time of the change. */
export class ForeignKeyFanOutNode extends RunningNode {
  private store!: SubscriptionStore;
  private foreignKey!: Serde<unknown>;
  private topic!: string;
  private answerKey!: ReturnType<typeof answerKeys>;
  private foreign: ForeignValue | null = null;
  private timestamp = -1;
  private headers = NO_HEADERS;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ForeignKeyFanOutSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { settings, context, name } = this;
    this.store = context.stores.get('subscription', settings.store);
    this.foreignKey = context.serde(name, 'key', settings.foreignKey);
    this.topic = pseudoTopics(context.applicationId, settings.registrationTopic).foreignKey;
    this.answerKey = answerKeys(name, context, settings);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (key === null) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    const { newValue, isLatest } = changeOf(value);
    if (this.settings.versioned && !isLatest) {
      this.context.dropped(this.name, 'late');
      return;
    }
    this.foreign = newValue === null ? null : new ForeignValue(newValue);
    this.timestamp = timestamp;
    this.headers = headers;
    this.store.visit(this.foreignKey.serialize(key, this.topic, headers), this.answer);
    this.foreign = null;
  }

  private readonly answer = (primaryKey: Buffer, registration: Buffer): void => {
    const { headers } = this;
    const answer = new ForeignKeyAnswer(hashOf(registration), this.foreign, partitionOf(registration));
    this.forward(this.answerKey(primaryKey, headers), answer, this.timestamp, headers);
  };
}
