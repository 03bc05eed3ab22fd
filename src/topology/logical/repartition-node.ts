/** A way out to an internal topic and back in, so that records of one key meet in one task. */
import type { Serde } from '../../serde/serde.js';
import type { Partitioner } from '../../processor/api/topic-functions.js';
import type { TopologyAssembly } from '../topology-builder.js';
import type { NameCounter } from '../names.js';
import { LogicalNode } from './logical-node.js';

const SUFFIX = '-repartition';
const GENERATED = /^KSTREAM.*-[0-9]{10}$/;

/** Names of the parts of a repartition. */
export interface RepartitionNames {
  readonly topic: string;
  /** Null for tables: the operator before it drops null keys itself. */
  readonly filter: string | null;
  readonly sink: string;
  readonly source: string;
}

/** What a {@link RepartitionNode} is told. */
export interface RepartitionParts {
  readonly key: Serde<unknown> | undefined;
  /** Serde of keys as they come to the sink, where it is another one. */
  readonly writtenKey?: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly partitioner?: Partitioner | null;
  /** Fixed number of partitions. */
  readonly partitions?: number | null;
  /** May be replaced by one that serves several operators (`merge.repartition.topics`). */
  readonly mergeable: boolean;
  /** What it is named after where another repartition has its topic; null or left out where none can. */
  readonly otherPrefix?: string | null;
}

/**
 * Names a repartition after `prefix`. Three numbers are used up even where they do not show.
 * @param prefix name of an operator, a store or a group; the topic is `<prefix>-repartition`
 */
export function repartitionNames(prefix: string, names: NameCounter): RepartitionNames {
  const topic = topicAfter(prefix);
  const sink = names.operator('KSTREAM-SINK-');
  const filter = names.operator('KSTREAM-FILTER-');
  const source = names.operator('KSTREAM-SOURCE-');
  if (GENERATED.test(prefix)) return { topic, sink, filter, source };
  return namesAfter(topic);
}

function topicAfter(prefix: string): string {
  return prefix.endsWith(SUFFIX) ? prefix : prefix + SUFFIX;
}

function namesAfter(topic: string): RepartitionNames {
  return { topic, sink: `${topic}-sink`, filter: `${topic}-filter`, source: `${topic}-source` };
}

/** Kafka Streams: `OptimizableRepartitionNode`, `UnoptimizableRepartitionNode`, `GroupedTableOperationRepartitionNode`. */
export class RepartitionNode extends LogicalNode {
  /** A join downstream wants records without a key. Told at build. */
  keepsNullKeys = true;

  constructor(
    public names: RepartitionNames,
    readonly parts: RepartitionParts,
  ) {
    super(names.source);
  }

  /** Names it after `prefix` instead; whatever refers to it by name must not have been written yet. */
  rename(prefix: string): void {
    this.names = namesAfter(topicAfter(prefix));
    this.name = this.names.source;
  }

  override get sourceName(): string {
    return this.name;
  }

  override write(builder: TopologyAssembly): void {
    const { topic, filter, sink, source } = this.names;
    const { key, value, partitioner = null, partitions = null } = this.parts;
    const writtenKey = 'writtenKey' in this.parts ? this.parts.writtenKey : key;
    builder.addRepartitionTopic({ name: topic, partitions });
    let parents: readonly string[] = this.parentNames();
    if (filter !== null) {
      builder.addProcessor(filter, { kind: 'repartitionFilter', keepNullKeys: this.keepsNullKeys }, parents);
      parents = [filter];
    }
    builder.addSink({
      type: 'sink',
      name: sink,
      parents: Object.freeze(parents),
      topic,
      key: writtenKey,
      value,
      partitioner,
    });
    builder.addSource({
      type: 'source',
      name: source,
      topics: Object.freeze([topic]),
      key,
      value,
      // The timestamp was chosen before the record was repartitioned; whatever the application says does not apply again.
      timestampExtractor: null,
      offsetReset: null,
    });
  }
}
