/** Parts of topologies for tests. */
import type { SinkNode, SourceNode } from '../../src/topology/node.js';
import type { KeyValueSpec } from '../../src/store/spec.js';
import { TopologyAssembly } from '../../src/topology/topology-builder.js';

export function source(name: string, topics: readonly string[] | RegExp): SourceNode {
  return {
    type: 'source',
    name,
    topics,
    key: undefined,
    value: undefined,
    timestampExtractor: null,
    offsetReset: null,
  };
}

export function sink(name: string, topic: string, ...parents: readonly string[]): SinkNode {
  return { type: 'sink', name, topic, parents, key: undefined, value: undefined, partitioner: null };
}

export function store(name: string, more: Partial<KeyValueSpec> = {}): KeyValueSpec {
  return {
    name,
    kind: 'keyValue',
    format: 'timestamped',
    key: undefined,
    value: undefined,
    engine: 'memory',
    caching: false,
    logging: {},
    ...more,
  };
}

/** A builder in which `add` appends operators that pass records on. */
export class Parts extends TopologyAssembly {
  from(name: string, topics: string | readonly string[] | RegExp = name): this {
    this.addSource(source(name, typeof topics === 'string' ? [topics] : topics));
    return this;
  }

  add(name: string, ...parents: readonly string[]): this {
    this.addProcessor(name, { kind: 'pass' }, parents);
    return this;
  }

  to(name: string, topic: string, ...parents: readonly string[]): this {
    this.addSink(sink(name, topic, ...parents));
    return this;
  }

  /** Sends what `parent` gives through an internal topic, of which `<topic>-source` is the source. */
  through(topic: string, parent: string, partitions: number | null = null): this {
    this.addRepartitionTopic({ name: topic, partitions });
    return this.to(`${topic}-sink`, topic, parent).from(`${topic}-source`, topic);
  }
}
