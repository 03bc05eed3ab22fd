/** Beside the test driver: whether anything could ever come of a topic that a test wants to read. */
import { MillraceError } from '../errors/error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { Topology } from '../topology/topology.js';
import type { TestDriverOptions } from './test-driver-options.js';

/** @throws MillraceError TOPIC_MISSING for a topic that nothing writes to */
export function checkWritten(
  topic: string,
  topology: Topology,
  applicationId: string,
  { errors, deserializationErrorHandler, processingErrorHandler }: TestDriverOptions,
): void {
  // Internal topics and changelogs, of which there may be none.
  if (topic.startsWith(`${applicationId}-`)) return;
  // A handler of one's own may write dead letters anywhere.
  if (typeof deserializationErrorHandler === 'function' || typeof processingErrorHandler === 'function') return;
  const letters = errors?.deadLetterTopic;
  const known = letters === undefined ? [] : [typeof letters === 'object' ? letters.name : letters];
  for (const node of topology.nodes) {
    if (node.type !== 'sink') continue;
    if (typeof node.topic === 'function') return;
    if (!topology.repartitionTopics.has(node.topic)) known.push(node.topic);
  }
  // A topology that writes nowhere has no other topic that could be meant.
  if (known.length === 0 || known.includes(topic)) return;
  const near = nearestName(topic, known);
  const hint = near === null ? `it writes to: ${[...new Set(known)].join(', ')}` : `did you mean ${near}?`;
  throw new MillraceError('TOPIC_MISSING', `nothing of the topology writes to ${topic}; ${hint}`, { topic });
}
