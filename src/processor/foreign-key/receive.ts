/** The right side of a foreign-key join remembers who wants the value of a key, or forgets it. Kafka Streams: `SubscriptionReceiveProcessorSupplier`. */
import type { Headers } from '../../record/headers.js';
import { INSTRUCTION, registrationSerde, type Registration } from '../../serde/foreign-key-registration.js';
import type { Serde } from '../../serde/serde.js';
import type { SubscriptionStore } from '../../store/subscription-store.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { pseudoTopics } from './pseudo-topics.js';

export interface ForeignKeyReceiveSettings {
  readonly store: string;
  readonly registrationTopic: string;
  readonly foreignKey: Serde<unknown> | undefined;
}

/** A registration without a foreign key is not kept, and only passed on when it is to be answered in any case. */
export class ForeignKeyReceiveNode extends RunningNode {
  private store!: SubscriptionStore;
  private foreignKey!: Serde<unknown>;
  private topic!: string;

  constructor(
    name: string,
    context: NodeContext,
    private readonly settings: ForeignKeyReceiveSettings,
  ) {
    super(name, context);
  }

  override init(): void {
    const { settings, context, name } = this;
    this.store = context.stores.get('subscription', settings.store);
    this.foreignKey = context.serde(name, 'key', settings.foreignKey);
    this.topic = pseudoTopics(context.applicationId, settings.registrationTopic).foreignKey;
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const registration = value as Registration;
    const { instruction } = registration;
    const { record } = this.context;
    record.timestamp = timestamp;
    record.headers = headers;
    if (key !== null) this.keep(key, registration, timestamp, headers);
    else if (instruction !== INSTRUCTION.answer) {
      this.context.dropped(this.name, 'null-key');
      return;
    }
    this.forward(key, registration, timestamp, headers);
  }

  private keep(key: unknown, registration: Registration, timestamp: number, headers: Headers): void {
    const { instruction, primaryKey } = registration;
    const foreignKey = this.foreignKey.serialize(key, this.topic, headers);
    if (instruction === INSTRUCTION.forget || instruction === INSTRUCTION.forgetAndAnswerNull) {
      this.store.delete(foreignKey, primaryKey, timestamp);
    } else this.store.put(foreignKey, primaryKey, registrationSerde.serialize(registration, this.topic), timestamp);
  }
}
