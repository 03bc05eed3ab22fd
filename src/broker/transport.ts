/** The five things that everything in `wire/` needs of a client library; a library is replaced by one folder that offers them. */

import { BrokerError } from '../errors/broker-error.js';

/** The request was not written to its connection, since its `mayLeave` said no. */
export class RequestHeldBack extends BrokerError {
  constructor(apiName: string) {
    super('retriable', `the ${apiName} request was held back: nothing may leave at the moment`);
  }
}

/** Asks for one version of one Kafka API; the body is already encoded. */
export interface WireRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  /** For logs and errors. */
  readonly apiName: string;
  /** Request body after the header (without the tag buffer of a flexible header: `flexible` asks for that). */
  readonly body: Buffer;
  /** Header version 2 (flexible versions). The response's tag byte is taken off too. */
  readonly flexible?: boolean;
  /** False for Produce with acks=0, which we never send. Default true. */
  readonly expectResponse?: boolean;
  /** Asked right before the request is written to its connection; on false it is not, and rejects with `RequestHeldBack`. */
  readonly mayLeave?: () => boolean;
  /**
   * Milliseconds without any sign of the broker, after which the connection is given up, and with it all others to that
   * broker that have not heard from it either. Default: what the API needs, at most the client's request time-out.
   */
  readonly timeoutMs?: number;
  /** The broker may hold the request back for minutes: a connection that was idle is tried before. Default false. */
  readonly parked?: boolean;
  /** Gives the request up, and its connection; the reason of the signal is an Error that says why. */
  readonly signal?: AbortSignal;
}

/** One set of connections to the cluster, for one role (group control, main fetch, a producer, admin). */
export interface Transport {
  /** Connects to any of the brokers. @throws BrokerError BROKER_UNREACHABLE, BROKER_AUTHENTICATION */
  connect(): Promise<void>;
  /**
   * Sends to one broker and resolves with the response body. Requests to one node are sent in call order.
   * @throws BrokerError `retriable` when the connection was lost or timed out: whether it was carried out is unknown
   */
  request(node: number, request: WireRequest): Promise<Buffer>;
  /**
   * Tells that nobody looks at the answer to a Fetch any more, nor at any view of it: a later one may be written over it. Nobody has to;
   * left out where answers are never written over.
   */
  reuse?(answer: Buffer): void;
  /** Node id of the leader as last told; -1 while unknown (then `refresh`). */
  leaderOf(topic: string, partition: number): number;
  /** Partitions of a topic as last told; 0 while unknown. */
  partitionCount(topic: string): number;
  /** Asks for the metadata of these topics (added to those asked before). Unknown topics stay unknown; no error. */
  refresh(topics: readonly string[]): Promise<void>;
  /** Node id of the coordinator; asked each time, callers keep it until NOT_COORDINATOR. */
  coordinatorOf(key: string, type: 'group' | 'transaction'): Promise<number>;
  /** Any node that is alive, for requests that every broker answers; one that was silent or gone of late only when no other is left. */
  anyNode(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a transport for a role; the name becomes part of the client id. */
export type OpenTransport = (role: string) => Transport;
