/** The keys of answers on their way back to the left side: its primary keys, whose bytes need not be understood here. */
import type { Headers } from '../../record/headers.js';
import type { Serde } from '../../serde/serde.js';
import type { NodeContext } from '../context.js';
import { pseudoTopics } from './pseudo-topics.js';

/** When a user's function chooses the partitions of answers, it has to see the keys. */
export interface AnswerKeySettings {
  readonly registrationTopic: string;
  readonly decodesKeys: boolean;
  readonly key: Serde<unknown> | undefined;
}

/** Gives what is forwarded for the bytes of a primary key: mostly these. */
export function answerKeys(
  name: string,
  context: NodeContext,
  { registrationTopic, decodesKeys, key }: AnswerKeySettings,
): (primaryKey: Buffer, headers: Headers) => unknown {
  if (!decodesKeys) return (primaryKey) => primaryKey;
  const serde = context.serde(name, 'key', key);
  const topic = pseudoTopics(context.applicationId, registrationTopic).primaryKey;
  return (primaryKey, headers) => serde.deserialize(primaryKey, topic, headers);
}
