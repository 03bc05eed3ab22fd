/** Streams of the same topics become one source, for a topic is read once by a task. */
import { MillraceError } from '../../errors/error.js';
import type { LogicalNode } from '../logical/logical-node.js';
import { offsetResetText } from '../offset-reset.js';
import { StreamSourceNode } from '../logical/source-nodes.js';

/**
 * The first source of a set of topics, or of a pattern, takes over the children of the others. Serdes and extractor are its.
 * @throws MillraceError TOPOLOGY_INVALID when sets overlap without being equal, or when offset resets differ
 */
export function mergeDuplicateSources(root: LogicalNode): void {
  const firstOfTopic = new Map<string, StreamSourceNode>();
  const firstOfPattern = new Map<string, StreamSourceNode>();
  for (const node of [...root.children]) {
    if (!(node instanceof StreamSourceNode)) continue;
    const { topics } = node.source;
    if (topics instanceof RegExp) {
      const first = firstOfPattern.get(String(topics));
      if (first === undefined) firstOfPattern.set(String(topics), node);
      else merge(root, first, node);
      continue;
    }
    const firsts = new Set(topics.map((topic) => firstOfTopic.get(topic) ?? node));
    const first = [...firsts].find((one) => one !== node);
    if (first === undefined) {
      for (const topic of topics) firstOfTopic.set(topic, node);
    } else if (sameTopics(first, topics)) {
      merge(root, first, node);
    } else {
      throw new MillraceError(
        'TOPOLOGY_INVALID',
        `two streams read overlapping but not equal sets of topics, [${(first.source.topics as readonly string[]).join(', ')}] and [${topics.join(', ')}]; read each topic as a stream of its own and merge() them`,
        { node: node.name },
      );
    }
  }
}

function sameTopics(first: StreamSourceNode, topics: readonly string[]): boolean {
  const known = new Set(first.source.topics as readonly string[]);
  return new Set(topics).size === known.size && topics.every((topic) => known.has(topic));
}

function merge(root: LogicalNode, first: StreamSourceNode, other: StreamSourceNode): void {
  const [one, two] = [first, other].map(({ source }) =>
    source.offsetReset === null ? 'the default' : offsetResetText(source.offsetReset),
  );
  if (one !== two) {
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `two streams of the same topics have different offset resets, ${String(one)} and ${String(two)}; give both the same one`,
      { node: other.name },
    );
  }
  for (const child of [...other.children]) {
    other.removeChild(child);
    first.addChild(child);
  }
  root.removeChild(other);
  other.replacedBy = first;
}
