/** Beside a record's way: what surprises everybody who runs a first topology, said before anybody has to wonder. */
import { feedbacksOf, type Feedback } from './feeds-itself.js';
import type { Operator } from './operators.js';
import type { ProcessorNode } from './node.js';
import type { Topology } from './topology.js';

export interface TopologyNote {
  /** `warn`: probably not meant. `info`: good to know. */
  readonly level: 'warn' | 'info';
  readonly text: string;
  readonly node?: string;
}

/** Kinds that do something outside, or may. */
const ACTS: ReadonlySet<Operator['kind']> = new Set(['peek', 'print', 'process', 'processValues', 'async', 'wrapped']);

const LONG_COMMIT_INTERVAL_MS = 1_000;

/** Once, where a logger first is at hand. @param commitIntervalMs as of {@link notesOf} */
export function tellNotes(topology: Topology, commitIntervalMs: number | null, logger: NoteLogger): void {
  for (const { level, text, node } of notesOf(topology, commitIntervalMs))
    logger[level](text, node === undefined ? {} : { node });
}

type NoteLogger = Readonly<
  Record<TopologyNote['level'], (text: string, fields: Readonly<Record<string, unknown>>) => void>
>;

/**
 * @param commitIntervalMs of an application that did not say how often it commits; null: it did
 */
export function notesOf(topology: Topology, commitIntervalMs: number | null): TopologyNote[] {
  const processors = topology.nodes.filter((node): node is ProcessorNode => node.type === 'processor');
  return [
    ...withoutEffect(topology, processors),
    ...feedbacksOf(topology).map(feedbackNote),
    ...processors.flatMap(graceNotes),
    ...processors.flatMap(finalNotes),
    ...(commitIntervalMs === null ? [] : cacheNotes(topology, commitIntervalMs)),
  ];
}

function withoutEffect(topology: Topology, processors: readonly ProcessorNode[]): TopologyNote[] {
  const writes = topology.nodes.some(
    (node) => node.type === 'sink' && !(typeof node.topic === 'string' && topology.repartitionTopics.has(node.topic)),
  );
  if (writes || topology.stores.size > 0 || topology.globalStores.length > 0) return [];
  if (processors.some(({ operator }) => ACTS.has(operator.kind))) return [];
  const text =
    'nothing comes of this topology: it writes to no topic, calls no function that could do anything, and keeps no store; end it with to(), foreach() or print()';
  return [{ level: 'warn', text }];
}

function feedbackNote({ sink, topic }: Feedback): TopologyNote {
  const text = `${sink} writes to ${topic}, which the same topology reads: each record comes back by it, without an end unless something on the way ends it, such as a filter. Write to another topic if that is not meant`;
  return { level: 'warn', text, node: sink };
}

function graceNotes({ name, operator }: ProcessorNode): TopologyNote[] {
  if (!('windows' in operator) || !('graceGiven' in operator.windows) || operator.windows.graceGiven) return [];
  const text = `the windows of ${name} have no grace: a record that comes after time has passed the end of its window is dropped (metrics().late counts them). Give them as long as your records may be late, as in grace: '1m', or grace: 0 if that is meant`;
  return [{ level: 'warn', text, node: name }];
}

function finalNotes({ name, operator }: ProcessorNode): TopologyNote[] {
  const final =
    ('emit' in operator && operator.emit === 'onWindowClose') ||
    (operator.kind === 'suppress' && operator.whenFull === 'shutDown');
  if (!final) return [];
  const text = `final results of ${name} come once later records have moved stream time past the end of a window and its grace; while no records come, time stands still and so do they`;
  return [{ level: 'info', text, node: name }];
}

function cacheNotes(topology: Topology, commitIntervalMs: number): TopologyNote[] {
  const cached = [...topology.stores.values()].filter(({ caching }) => caching).map(({ name }) => name);
  // Nobody wonders where results are that come ten times a second, as they do exactly-once.
  if (cached.length === 0 || commitIntervalMs < LONG_COMMIT_INTERVAL_MS) return [];
  const stores = `${cached.length === 1 ? 'store' : 'stores'} ${cached.join(', ')}`;
  const text = `updates of ${stores} are held back until the commit, every ${String(commitIntervalMs / 1000)} s unless you say otherwise; set commitInterval to have them sooner, or to confirm that, or stateStoreCacheMaxBytes: 0 to have each at once`;
  return [{ level: 'warn', text }];
}
