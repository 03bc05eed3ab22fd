/** What goes on around a soaked application: its wall clock, its broker and its topics, one thing after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { KafkaNode } from '../../src/local-kafka/options.js';
import type { SoakTopics } from './order.js';
import type { SoakedInstance } from './soaked-instance.js';

const HOUR_MS = 3_600_000;
const MOST_PARTITIONS = 6;

export interface Surroundings {
  readonly node: KafkaNode;
  readonly admin: Admin;
  readonly applicationId: string;
  readonly topics: SoakTopics;
  readonly instances: readonly SoakedInstance[];
  /** Begins to feed a partition that is new. */
  readonly feed: (topic: string, partition: number) => void;
  /** Ends all feeds of a topic. */
  readonly dry: (topic: string) => Promise<void>;
  readonly say: (line: string) => void;
}

type Disturb = (around: Surroundings) => Promise<void>;

/** In this order, again and again. */
export const disturbances: readonly Disturb[] = [
  moveClock(HOUR_MS),
  addTopic,
  pauseBroker(5_000),
  moveClock(-HOUR_MS),
  addPartition('plain'),
  restartBroker,
  removeTopic,
  addPartition('copies'),
  moveClock(0),
  killBroker,
  addTopic,
  pauseBroker(20_000),
  removeTopic,
];

export async function disturbUntil(end: number, pauseMs: number, around: Surroundings): Promise<void> {
  for (let i = 0; performance.now() + pauseMs < end; i++) {
    await sleep(pauseMs);
    await disturbances[i % disturbances.length]!(around);
  }
  await sleep(Math.max(0, end - performance.now()));
}

function moveClock(offsetMs: number): Disturb {
  return async ({ instances, say }) => {
    say(`wall clock ${offsetMs === 0 ? 'right again' : `moved to ${offsetMs > 0 ? '+' : '-'}1 h`}`);
    for (const instance of instances) instance.setClock(offsetMs);
  };
}

function pauseBroker(ms: number): Disturb {
  return async ({ node, say }) => {
    say(`broker paused for ${ms / 1000} s`);
    await node.pause();
    await sleep(ms);
    await node.resume();
  };
}

async function restartBroker({ node, say }: Surroundings): Promise<void> {
  say('broker restarted');
  await node.restart();
}

async function killBroker({ node, say }: Surroundings): Promise<void> {
  say('broker killed, started again after 5 s');
  await node.kill();
  await sleep(5_000);
  await node.start();
}

/** Of a topic that is copied: neither side has state. */
function addPartition(which: 'plain' | 'copies'): Disturb {
  return async ({ admin, topics, feed, say }) => {
    const topic = topics[which];
    const count = (await admin.fetchTopicOffsets(topic)).length + 1;
    if (count > MOST_PARTITIONS) return;
    say(`${which} gets partition ${count - 1}`);
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    if (which === 'plain') feed(topic, count - 1);
  };
}

async function addTopic({ admin, topics, feed, say }: Surroundings): Promise<void> {
  const topic = `${topics.extraPrefix}${Date.now()}`;
  say(`topic ${topic} appears`);
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
  for (const partition of [0, 1]) feed(topic, partition);
}

/** Once all that is in it has been committed: what is deleted before that is lost by whoever deletes it. */
async function removeTopic({ admin, applicationId, topics, dry, say }: Surroundings): Promise<void> {
  const topic = (await admin.listTopics()).filter((name) => name.startsWith(topics.extraPrefix)).sort()[0];
  if (topic === undefined) return;
  await dry(topic);
  if (!(await untilCommitted(admin, applicationId, topic, 60_000))) {
    say(`topic ${topic} stays: it was not read to its end in a minute`);
    return;
  }
  say(`topic ${topic} vanishes`);
  await admin.deleteTopics({ topics: [topic] });
}

/** Whether the group comes to the end of the topic in time. */
export async function untilCommitted(
  admin: Admin,
  groupId: string,
  topic: string,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const there = committed?.partitions.filter(({ partition, offset }) => offset === ends.get(partition)) ?? [];
    if (there.length === ends.size) return true;
    await sleep(500);
  }
  return false;
}
