/** Writes down a source: which topics it reads, and how. */
import { MillraceError } from '../errors/error.js';
import { checkName } from '../topology/names.js';
import type { SourceNode } from '../topology/node.js';
import type { ConsumedOptions } from './options.js';

type Topics = string | readonly string[] | RegExp;

/** @throws MillraceError CONFIG_INVALID, NAME_INVALID for topics that are none */
export function sourceNode<K, V>(
  name: string,
  topics: Topics,
  options: ConsumedOptions<K, V>,
  order: (topics: readonly string[]) => readonly string[] = (given) => given,
): SourceNode {
  const list = typeof topics === 'string' ? [topics] : topics;
  if (!(list instanceof RegExp)) {
    if (!Array.isArray(list) || list.length === 0 || list.some((topic) => typeof topic !== 'string' || topic === '')) {
      throw new MillraceError(
        'CONFIG_INVALID',
        `a source must read a topic, a list of topics or a pattern, not ${topicsText(topics)}`,
        { option: 'topics', node: name },
      );
    }
    for (const topic of list as readonly string[]) checkName(topic, `the topic of source ${name}`);
  }
  return Object.freeze({
    type: 'source',
    name,
    topics: list instanceof RegExp ? list : Object.freeze([...order(list)]),
    key: options.key,
    value: options.value,
    timestampExtractor: options.timestampExtractor ?? null,
    offsetReset: options.offsetReset ?? null,
  });
}

export function topicsText(topics: unknown): string {
  if (topics === '') return 'an empty text';
  return Array.isArray(topics) ? `[${topics.join(', ')}]` : String(topics);
}
