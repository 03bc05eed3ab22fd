import type { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { TopologyBuilder } from '../../src/dsl/topology-builder.js';
import type { ErrorCode } from '../../src/errors/codes.js';

/** One topology, written as the generator of the same name under jvm/ writes it. */
export interface GoldenCase {
  readonly name: string;
  readonly write: (builder: StreamsBuilder) => void;
  /** Writes it node by node instead. */
  readonly byHand?: (builder: TopologyBuilder) => unknown;
  /** Code of the error that the build must end with; the JVM refuses the topology too. */
  readonly refused?: ErrorCode;
  /** Code of the error that planning partitions must end with, as on the JVM. */
  readonly partitionsRefused?: ErrorCode;
  /** Topics that must have equal counts here, where the JVM forgets some of them. */
  readonly copartitionGroups?: readonly string[];
  /** Why the JVM refuses a sound topology that is built here. */
  readonly jvmRefuses?: string;
  /** Why the JVM refuses to plan partitions that are planned here, and the counts of internal topics. */
  readonly jvmRefusesPartitions?: string;
  readonly internalTopics?: Readonly<Record<string, number>>;
}
