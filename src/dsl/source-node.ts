/** Writes down a source: which topics it reads, and how. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';
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

/** @throws MillraceError CONFIG_INVALID unless it is one topic: a table has the rows of one */
export function checkOneTopic(call: string, topic: unknown): void {
  if (typeof topic === 'string') return;
  const hint = 'to bring several together, read them by stream() and make that a table by toTable()';
  throw new MillraceError('CONFIG_INVALID', `${call} reads one topic, by its name, not ${shownValue(topic)}; ${hint}`, {
    option: 'topic',
  });
}
