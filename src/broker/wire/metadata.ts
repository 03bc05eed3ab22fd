/** Metadata v7: which brokers there are, and who leads which partition. */
import type { WireRequest } from '../transport.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export interface TopicMetadata {
  readonly topic: string;
  readonly errorCode: number;
  readonly internal: boolean;
  /** Node id of each partition's leader, by partition; -1 where there is none. */
  readonly leaders: readonly number[];
}

export interface Metadata {
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}

/** @param topics null asks for all topics. Asking never creates one. */
export function metadataRequest(topics: readonly string[] | null): WireRequest {
  const body = new ByteWriter();
  if (topics === null) body.nullArray();
  else body.array(topics, (topic) => body.string(topic));
  body.boolean(false);
  return { apiKey: 3, apiVersion: 7, apiName: 'Metadata', body: body.finish() };
}

export function readMetadata(body: Buffer): Metadata {
  const reader = new ByteReader(body, 'metadata response');
  reader.int32(); // throttle time
  const brokers = reader.array(() => {
    const node = reader.int32();
    const address = { host: reader.string(), port: reader.int32() };
    reader.nullableString(); // rack
    return [node, address] as const;
  });
  reader.nullableString(); // cluster id
  const controller = reader.int32();
  const topics = reader.array(() => readTopic(reader));
  return { brokers: new Map(brokers), controller, topics };
}

function readTopic(reader: ByteReader): TopicMetadata {
  const errorCode = reader.int16();
  const topic = reader.string();
  const internal = reader.boolean();
  const partitions = reader.array(() => {
    reader.int16(); // a partition without leader says so by -1
    const partition = reader.int32();
    const leader = reader.int32();
    reader.int32(); // leader epoch
    for (let list = 0; list < 3; list++) reader.array(() => reader.int32()); // replicas, in-sync, offline
    return { partition, leader };
  });
  // Brokers give partitions in any order.
  const leaders = new Array<number>(partitions.length).fill(-1);
  for (const { partition, leader } of partitions) leaders[partition] = leader;
  return { topic, errorCode, internal, leaders };
}
