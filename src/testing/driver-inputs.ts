/** Where the task of a test driver reads: the first partition of every topic that the topology names. */
import type { TaskInput } from '../task/assemble-task.js';
import { brokerTopicName } from '../topology/internal-topics.js';
import type { TopologyNode } from '../topology/node.js';
import type { Topology } from '../topology/topology.js';

export function driverInputs(topology: Topology, applicationId: string, nodes: readonly TopologyNode[]): TaskInput[] {
  return nodes.flatMap((node): TaskInput[] => {
    if (node.type !== 'source' || node.topics instanceof RegExp) return [];
    return node.topics.map((topic) => ({
      topic: brokerTopicName(topology, applicationId, topic),
      partition: 0,
      source: node.name,
      offset: 0,
      partitionTime: -1,
      operatorTimes: new Map(),
    }));
  });
}

/** For errors: the topics and patterns that somebody may write to. */
export function topicsRead(topology: Topology, applicationId: string): string[] {
  return topology.nodes.flatMap((node) => {
    if (node.type !== 'source') return [];
    if (node.topics instanceof RegExp) return [String(node.topics)];
    return node.topics.map((topic) => brokerTopicName(topology, applicationId, topic));
  });
}
