/** Asks a socket whether a Kafka broker is behind it, with one Metadata request. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerReader, exchange, requestFrame } from './kafka-request.js';

const METADATA = 3;
/** The first one that tells the id of the cluster. */
const METADATA_VERSION = 2;

/** What a probe found; `reason` says why a broker is not ready, in words for an error message. */
export type ProbeResult =
  | {
      readonly ready: true;
      readonly clusterId: string | undefined;
      /** Ids of the live brokers that it knows, itself among them once it is let in. */
      readonly nodeIds: readonly number[];
    }
  | { readonly ready: false; readonly reason: string };

/** Ready means: it answers Metadata, and names at least one live broker (itself). Bounded by `timeoutMs`. */
export async function probeBroker(address: string, timeoutMs: number): Promise<ProbeResult> {
  const answer = await exchange(address, METADATA_REQUEST, timeoutMs);
  if (typeof answer === 'string') return { ready: false, reason: answer };
  try {
    return readMetadata(address, answer);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ready: false, reason: `${address} does not speak Kafka's protocol` };
  }
}

/** Whether anything accepts connections there: all that can be asked of a listener that may want TLS or SASL. */
export async function probeSocket(address: string, timeoutMs: number): Promise<ProbeResult> {
  const answer = await exchange(address, undefined, timeoutMs);
  return typeof answer === 'string'
    ? { ready: false, reason: answer }
    : { ready: true, clusterId: undefined, nodeIds: [] };
}

/**
 * Probes until the broker of that cluster is ready: another one may already have the port that ours is about to find taken.
 * `nodeIds` are the brokers that it must know as alive. Ends early with the reason when `ended()` gives one (the broker's process died), and at the latest after `timeoutMs`.
 */
export async function untilReady(
  address: string,
  clusterId: string,
  timeoutMs: number,
  ended: () => string | undefined,
  nodeIds: readonly number[] = [],
): Promise<ProbeResult> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const end = ended();
    if (end !== undefined) return { ready: false, reason: end };
    const result = await probeBroker(address, 2_000);
    const reason = reasonNotReady(address, result, clusterId, nodeIds);
    if (reason === undefined) return result;
    if (Date.now() > deadline) return { ready: false, reason: `not ready after ${timeoutMs} ms: ${reason}` };
    await sleep(100);
  }
}

function reasonNotReady(
  address: string,
  result: ProbeResult,
  clusterId: string,
  nodeIds: readonly number[],
): string | undefined {
  if (!result.ready) return result.reason;
  if (result.clusterId !== clusterId) return `another Kafka answers on ${address}`;
  const missing = nodeIds.filter((id) => !result.nodeIds.includes(id));
  return missing.length === 0 ? undefined : `${address} does not know broker ${missing.join(', ')} yet`;
}

const METADATA_REQUEST = requestFrame(
  METADATA,
  METADATA_VERSION,
  // An empty list of topics asks for the brokers alone.
  Buffer.alloc(4),
);

/** Brokers (id, host, port, rack), cluster id. Throws a RangeError when the answer is shorter. */
function readMetadata(address: string, answer: Buffer): ProbeResult {
  const reader = new AnswerReader(answer);
  const nodeIds: number[] = [];
  for (let left = reader.int32(); left > 0; left--) {
    nodeIds.push(reader.int32());
    reader.text();
    reader.int32();
    reader.text();
  }
  if (nodeIds.length === 0) return { ready: false, reason: `${address} knows no live broker yet` };
  return { ready: true, clusterId: reader.text(), nodeIds };
}
