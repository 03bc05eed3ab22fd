/** Metadata v8: the brokers, where the copies of topics are, and what the asking principal may do with all of it. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';

export interface InspectedBroker {
  readonly node: number;
  /** `host:port`. */
  readonly address: string;
  readonly rack: string | null;
}

export interface InspectedPartition {
  readonly partition: number;
  /** Node id, -1 where there is none. */
  readonly leader: number;
  readonly replicas: number;
  readonly inSync: number;
}

export interface InspectedTopic {
  readonly topic: string;
  readonly errorCode: number;
  readonly partitions: readonly InspectedPartition[];
  /** Null where the broker does not tell. */
  readonly operations: ReadonlySet<Operation> | null;
}

export interface InspectedCluster {
  readonly clusterId: string | null;
  readonly controller: number;
  readonly brokers: readonly InspectedBroker[];
  readonly topics: readonly InspectedTopic[];
  /** On the cluster itself; null where the broker does not tell. */
  readonly operations: ReadonlySet<Operation> | null;
}

/** What ACLs allow or deny, by Kafka's numbers. */
const OPERATIONS = [
  [3, 'Read'],
  [4, 'Write'],
  [5, 'Create'],
  [6, 'Delete'],
  [7, 'Alter'],
  [8, 'Describe'],
  [9, 'ClusterAction'],
  [10, 'DescribeConfigs'],
  [11, 'AlterConfigs'],
  [12, 'IdempotentWrite'],
] as const;

export type Operation = (typeof OPERATIONS)[number][1];

const NOT_TOLD = -(2 ** 31);

export function clusterRequest(topics: readonly string[]): WireRequest {
  const body = new ByteWriter()
    .array(topics, (topic, writer) => writer.string(topic))
    .boolean(false) // no topic is made by asking
    .boolean(true)
    .boolean(true)
    .finish();
  return { apiKey: 3, apiVersion: 8, apiName: 'Metadata', body };
}

export function readCluster(body: Buffer): InspectedCluster {
  const reader = new ByteReader(body, 'Metadata response');
  reader.int32(); // throttle time
  const brokers = reader.array(() => {
    const node = reader.int32();
    const host = reader.string();
    const port = reader.int32();
    return { node, address: `${host}:${String(port)}`, rack: reader.nullableString() };
  });
  const clusterId = reader.nullableString();
  const controller = reader.int32();
  const topics = reader.array(() => readTopic(reader));
  return { clusterId, controller, brokers, topics, operations: operationsOf(reader.int32()) };
}

function readTopic(reader: ByteReader): InspectedTopic {
  const errorCode = reader.int16();
  const topic = reader.string();
  reader.boolean(); // internal
  const partitions = reader.array(() => {
    reader.int16(); // a partition without a leader says so by -1
    const partition = reader.int32();
    const leader = reader.int32();
    reader.int32(); // leader epoch
    const replicas = reader.array(() => reader.int32()).length;
    const inSync = reader.array(() => reader.int32()).length;
    reader.array(() => reader.int32()); // offline
    return { partition, leader, replicas, inSync };
  });
  partitions.sort((a, b) => a.partition - b.partition);
  return { topic, errorCode, partitions, operations: operationsOf(reader.int32()) };
}

function operationsOf(bits: number): ReadonlySet<Operation> | null {
  if (bits === NOT_TOLD) return null;
  return new Set(OPERATIONS.filter(([number]) => (bits & (1 << number)) !== 0).map(([, name]) => name));
}
