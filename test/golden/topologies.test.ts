import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { TopologyBuilder } from '../../src/dsl/topology-builder.js';
import { MillraceError } from '../../src/errors/error.js';
import { brokerTopicName, internalTopics } from '../../src/topology/internal-topics.js';
import type { Optimize } from '../../src/topology/optimise/optimize.js';
import { planPartitions } from '../../src/topology/partition-plan.js';
import { resolveSourceTopics } from '../../src/topology/source-topics.js';
import type { Topology } from '../../src/topology/topology.js';
import { aggregationCases } from './cases/aggregations.js';
import { cogroupCases } from './cases/cogroups.js';
import { foreignKeyJoinCases } from './cases/foreign-key-joins.js';
import { joinCases } from './cases/joins.js';
import { optimizationCases } from './cases/optimizations.js';
import { sessionCases } from './cases/sessions.js';
import { streamJoinCases } from './cases/stream-joins.js';
import { processorCases } from './cases/processors.js';
import { streamCases } from './cases/streams.js';
import { suppressCases } from './cases/suppress.js';
import { tableJoinCases } from './cases/table-joins.js';
import { transformValuesCases } from './cases/transform-values.js';
import { tableCases } from './cases/tables.js';
import { versionedCases } from './cases/versioned.js';
import { windowCases } from './cases/windows.js';
import type { GoldenCase } from './golden-case.js';

const FOLDER = new URL('./topologies/', import.meta.url);
const cases = [
  ...streamCases,
  ...aggregationCases,
  ...cogroupCases,
  ...windowCases,
  ...sessionCases,
  ...tableCases,
  ...suppressCases,
  ...joinCases,
  ...streamJoinCases,
  ...optimizationCases,
  ...tableJoinCases,
  ...processorCases,
  ...foreignKeyJoinCases,
  ...versionedCases,
  ...transformValuesCases,
];

/** What Kafka Streams made of a topology; written by the generator under jvm/. */
interface Golden {
  readonly name: string;
  readonly optimize: string;
  readonly refused?: string;
  readonly describe: string;
  readonly subTopologies: readonly GoldenPart[];
  readonly copartitionGroups: readonly string[];
  readonly externalTopics: Readonly<Record<string, number>>;
  readonly partitionsRefused?: string;
  readonly internalTopics?: Readonly<Record<string, number>>;
  readonly tasks?: Readonly<Record<string, number>>;
}

interface GoldenPart {
  readonly id: number;
  readonly sourceTopics: readonly string[];
  readonly sinkTopics: readonly string[];
  readonly stores: readonly string[];
  readonly repartitionTopics: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly changelogTopics: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe('topologies as Kafka Streams builds them', () => {
  it('has a case on both sides for each', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
    expect(cases.map((one) => one.name).sort()).toEqual(files.sort());
  });

  it.each(cases)('$name', (one) => {
    const golden = JSON.parse(readFileSync(new URL(`${one.name}.json`, FOLDER), 'utf8')) as Golden;
    if (one.refused !== undefined) {
      expect(golden.refused, 'the JVM builds it').toBeDefined();
      expect(codeOf(() => build(one, golden))).toBe(one.refused);
      return;
    }
    if (one.jvmRefuses !== undefined) {
      expect(golden.refused).toContain(one.jvmRefuses);
      expect(() => build(one, golden)).not.toThrow();
      return;
    }
    expect(golden.refused).toBeUndefined();
    const topology = build(one, golden);
    expect(topology.describe().toString()).toBe(golden.describe);
    expect(partsOf(topology)).toEqual(golden.subTopologies);
    expect(copartitionGroups(topology)).toEqual(one.copartitionGroups ?? golden.copartitionGroups);
    if (one.partitionsRefused !== undefined) {
      expect(golden.partitionsRefused, 'the JVM plans it').toBeDefined();
      expect(codeOf(() => plan(topology, golden))).toBe(one.partitionsRefused);
      return;
    }
    if (one.jvmRefusesPartitions !== undefined) {
      expect(golden.partitionsRefused).toContain(one.jvmRefusesPartitions);
      expect(Object.fromEntries(plan(topology, golden).internalTopics)).toEqual(one.internalTopics);
      return;
    }
    const { internalTopics: counts, tasks } = plan(topology, golden);
    expect(Object.fromEntries(counts)).toEqual(golden.internalTopics);
    expect(Object.fromEntries([...tasks].filter(([, count]) => count > 0))).toEqual(golden.tasks);
  });
});

function build(one: GoldenCase, { optimize }: Golden): Topology {
  if (one.byHand !== undefined) {
    const builder = new TopologyBuilder();
    one.byHand(builder);
    return builder.build();
  }
  const builder = new StreamsBuilder();
  one.write(builder);
  return builder.build({ optimize: optimizeOf(optimize) });
}

function optimizeOf(value: string): Optimize {
  return value === 'all' || value === 'none' ? value : (value.split(',') as Exclude<Optimize, string>);
}

function plan(topology: Topology, golden: Golden): ReturnType<typeof planPartitions> {
  const external = new Map(Object.entries(golden.externalTopics));
  // The JVM's plan leaves global topics out; here they must exist.
  for (const { topic } of topology.globalStores) external.set(topic, 1);
  return planPartitions(topology, 'app', external);
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof MillraceError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

function partsOf(topology: Topology): GoldenPart[] {
  const internal = internalTopics(topology, 'app');
  const configs = (id: number, kind: 'repartition' | 'changelog'): GoldenPart['changelogTopics'] =>
    Object.fromEntries(
      internal
        .filter((topic) => topic.subTopology === id && topic.kind === kind)
        .map((topic) => [topic.name, topic.config]),
    );
  const names = (topics: readonly string[]): string[] =>
    topics.map((topic) => brokerTopicName(topology, 'app', topic)).sort();
  return topology
    .subTopologies()
    .filter((part) => part.sourceTopics.length > 0)
    .map((part) => ({
      id: part.id,
      sourceTopics: names(part.sourceTopics),
      sinkTopics: names(part.sinkTopics),
      stores: [...part.stores].sort(),
      repartitionTopics: configs(part.id, 'repartition'),
      changelogTopics: configs(part.id, 'changelog'),
    }));
}

/** Groups as sets of topics, those with a topic in common as one. */
function copartitionGroups(topology: Topology): string[] {
  const sources = resolveSourceTopics(topology, 'app', []);
  const groups = topology.copartitionGroups.map((group) => group.flatMap((name) => sources.get(name) ?? []).sort());
  return [...new Set(groups.map((group) => group.join(',')))].sort();
}
