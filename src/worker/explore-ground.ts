/** What is known of the cluster before anything is opened. */
import type { Admin, BrokerClient } from '../broker/port.js';
import type { Config } from '../config.js';
import type { DeadLetterSettings } from '../task/dead-letters.js';
import type { Topology } from '../topology/topology.js';
import type { FirstContact } from './first-contact.js';
import type { OutsideLetters } from './outside-letters.js';
import { prepareDeadLetterTopic } from './topics/dead-letter-topic.js';
import { TopicIds } from './topics/topic-ids.js';
import { prepareTopics, type TopicPlan } from './topics/topic-plan.js';
import { createWantedTopics } from './topics/wanted-topics.js';

export interface Ground {
  readonly admin: Admin;
  readonly plan: { current: TopicPlan };
  readonly deadLetters: DeadLetterSettings;
  readonly ids: TopicIds;
}

interface GroundParts {
  readonly topology: Topology;
  readonly config: Config;
  readonly client: Pick<BrokerClient, 'admin'>;
  readonly firstContact: Pick<FirstContact, 'make'>;
  readonly outsideLetters: Pick<OutsideLetters, 'add'>;
}

/** What is at the cluster: the topics, created where that is ours to do, and which ones are meant by their names. */
export async function exploreGround(parts: GroundParts): Promise<Ground> {
  const { topology, config, client, firstContact, outsideLetters } = parts;
  const admin = client.admin({ isolation: config.isolation });
  await firstContact.make(() => createWantedTopics(topology, config, admin));
  const plan = { current: await firstContact.make(() => prepareTopics(topology, config, admin)) };
  const deadLetters: DeadLetterSettings = {
    topic: config.deadLetterTopic?.name ?? null,
    mostBytes: await prepareDeadLetterTopic(config, admin),
    outside: (letter, end) => {
      outsideLetters.add(letter, end);
    },
  };
  const ids = new TopicIds(admin);
  await ids.changed([...plan.current.partitions.keys()]);
  return { admin, plan, deadLetters, ids };
}
