/** What happens to brokers: killed, restarted, standing still, and partitions that others lead all at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaNode } from '../../../../src/local-kafka/options.js';
import type { FaultKind, Stage } from '../kind.js';
import { INPUTS, OUTPUTS, partitionsOf } from '../order.js';
import type { PlannedFault } from '../plan.js';

/** Of the topics that keep offsets and transactions, as the launcher makes them. */
const KEPT_PARTITIONS = 8;

function nodeOf({ kafka }: Stage, { target }: PlannedFault): KafkaNode {
  return kafka.nodes[target % kafka.nodes.length]!;
}

export const brokerKilled: FaultKind = {
  name: 'broker-kill',
  description: 'a broker is killed (SIGKILL) and started again',
  weight: 2,
  fits: () => true,
  lastsMs: (draw) => draw.between(500, 4_000),
  async run(stage, fault) {
    const node = nodeOf(stage, fault);
    await stage.aloneWithBrokers(async () => {
      await node.kill();
      await sleep(fault.lastsMs);
      await node.start();
    });
    return undefined;
  },
};

export const brokerRestarted: FaultKind = {
  name: 'broker-restart',
  description: 'a broker is shut down in good order and started again',
  weight: 1,
  fits: () => true,
  lastsMs: (draw) => draw.between(0, 1_000),
  async run(stage, fault) {
    const node = nodeOf(stage, fault);
    await stage.aloneWithBrokers(async () => {
      await node.shutDown();
      await sleep(fault.lastsMs);
      await node.start();
    });
    return undefined;
  },
};

export const brokerPaused: FaultKind = {
  name: 'broker-pause',
  description: 'a broker stands still with its connections open (SIGSTOP)',
  weight: 1,
  fits: () => true,
  lastsMs: (draw) => draw.between(1_000, 7_000),
  async run(stage, fault) {
    const node = nodeOf(stage, fault);
    await stage.aloneWithBrokers(async () => {
      await node.pause();
      try {
        await sleep(fault.lastsMs);
      } finally {
        await node.resume();
      }
    });
    return undefined;
  },
};

export const leadersMoved: FaultKind = {
  name: 'leader-move',
  description: 'one broker becomes the leader of every partition of some topics',
  weight: 2,
  fits: ({ brokers }) => brokers > 1,
  lastsMs: () => 0,
  async run(stage, fault) {
    const node = nodeOf(stage, fault);
    // Half of the topics, another half for another choice.
    const partitions = [...INPUTS, ...OUTPUTS]
      .filter((_, i) => ((fault.choice >> (i % 10)) & 1) === 1)
      .flatMap((name) =>
        Array.from({ length: partitionsOf(name) }, (_, partition) => `${stage.topics[name]}:${String(partition)}`),
      );
    if (partitions.length === 0) partitions.push(`${stage.topics.clicks}:0`);
    await stage.aloneWithBrokers(() => stage.witness.ask('lead', node.id, ...partitions));
    return undefined;
  },
};

export const coordinatorsMoved: FaultKind = {
  name: 'coordinator-move',
  description: 'one broker becomes the coordinator of all groups and transactions',
  weight: 2,
  fits: ({ brokers }) => brokers > 1,
  lastsMs: () => 0,
  async run(stage, fault) {
    const node = nodeOf(stage, fault);
    const exact = stage.plan.guarantee === 'exactly_once_v2';
    const topics = ['__consumer_offsets', ...(exact ? ['__transaction_state'] : [])];
    const partitions = topics.flatMap((topic) =>
      Array.from({ length: KEPT_PARTITIONS }, (_, partition) => `${topic}:${String(partition)}`),
    );
    await stage.aloneWithBrokers(() => stage.witness.ask('lead', node.id, ...partitions));
    return undefined;
  },
};
