/** Which topics of the cluster each source reads, once it is known which topics there are. */
import { MillraceError } from '../errors/error.js';
import { brokerTopicName, internalTopics } from './internal-topics.js';
import { matchesWhole, patternText } from './topic-pattern.js';
import type { Topology } from './topology.js';

/**
 * The topics of every source node of the tasks, by node name, as the broker knows them (with application id where they
 * are internal). Patterns are matched against `clusterTopics`; the application's own internal topics never match.
 * @throws MillraceError TOPOLOGY_INVALID when two patterns match the same topic
 */
export function resolveSourceTopics(
  topology: Topology,
  applicationId: string,
  clusterTopics: Iterable<string>,
): Map<string, readonly string[]> {
  const sources = new Map<string, readonly string[]>();
  const taken = new Map<string, string>();
  const patterns: [name: string, pattern: RegExp][] = [];
  const own = new Set(internalTopics(topology, applicationId).map((topic) => topic.name));
  for (const part of topology.subTopologies()) {
    for (const node of part.nodes) {
      if (node.type !== 'source') continue;
      if (node.topics instanceof RegExp) {
        patterns.push([node.name, node.topics]);
      } else {
        const topics = node.topics.map((topic) => brokerTopicName(topology, applicationId, topic));
        sources.set(node.name, topics);
      }
    }
  }
  if (patterns.length === 0) return sources;
  const candidates = [...clusterTopics].filter((topic) => !own.has(topic)).sort();
  for (const [name, pattern] of patterns) {
    const topics = candidates.filter((topic) => matchesWhole(pattern, topic));
    for (const topic of topics) {
      const other = taken.get(topic);
      if (other !== undefined) {
        throw new MillraceError(
          'TOPOLOGY_INVALID',
          `topic ${topic} matches ${patternText(pattern)} and also the pattern of source ${other}; make the patterns exclude each other`,
          { node: name, topic },
        );
      }
      taken.set(topic, name);
    }
    sources.set(name, topics);
  }
  return sources;
}
