/** Asks a socket whether a Kafka broker is behind it, with one Metadata request and no client library. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const METADATA = 3;
/** The first one that tells the id of the cluster. */
const METADATA_VERSION = 2;
const CORRELATION_ID = 7;

/** What a probe found; `reason` says why a broker is not ready, in words for an error message. */
export type ProbeResult =
  { readonly ready: true; readonly clusterId: string | undefined } | { readonly ready: false; readonly reason: string };

/** Ready means: it answers Metadata, and names at least one live broker (itself). Bounded by `timeoutMs`. */
export async function probeBroker(address: string, timeoutMs: number): Promise<ProbeResult> {
  const answer = await exchange(address, metadataRequest(), timeoutMs);
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
  return typeof answer === 'string' ? { ready: false, reason: answer } : { ready: true, clusterId: undefined };
}

/**
 * Probes until the broker of that cluster is ready: another one may already have the port that ours is about to find taken.
 * Ends early with the reason when `ended()` gives one (the broker's process died), and at the latest after `timeoutMs`.
 */
export async function untilReady(
  address: string,
  clusterId: string,
  timeoutMs: number,
  ended: () => string | undefined,
): Promise<ProbeResult> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const end = ended();
    if (end !== undefined) return { ready: false, reason: end };
    const result = await probeBroker(address, 2_000);
    if (result.ready && result.clusterId === clusterId) return result;
    const reason = result.ready ? `another Kafka answers on ${address}` : result.reason;
    if (Date.now() > deadline) return { ready: false, reason: `not ready after ${timeoutMs} ms: ${reason}` };
    await sleep(100);
  }
}

/** Sends one framed request and gives the frame that comes back, without its length; a string is the reason of failure. */
function exchange(address: string, request: Buffer | undefined, timeoutMs: number): Promise<Buffer | string> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(address.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return Promise.resolve(`"${address}" is not host:port`);
  }
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host, port });
    const finish = (result: Buffer | string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      finish(`${address} did not answer within ${timeoutMs} ms`);
    }, timeoutMs);
    socket.on('connect', () => {
      if (request === undefined) finish(received);
      else socket.write(request);
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      // Anything else than Kafka would be waited for in vain, its first bytes being taken for a length.
      if (received.length >= 8 && received.readInt32BE(4) !== CORRELATION_ID) {
        finish(`${address} does not speak Kafka's protocol`);
      }
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) finish(received.subarray(4));
    });
    socket.on('error', (error) => {
      finish(`${address}: ${error.message === '' ? 'connection refused' : error.message}`);
    });
    socket.on('close', () => {
      finish(`${address} closed the connection`);
    });
  });
}

function metadataRequest(): Buffer {
  const clientId = Buffer.from('millrace');
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4);
  body.writeInt32BE(body.length - 4, 0);
  body.writeInt16BE(METADATA, 4);
  body.writeInt16BE(METADATA_VERSION, 6);
  body.writeInt32BE(CORRELATION_ID, 8);
  body.writeInt16BE(clientId.length, 12);
  clientId.copy(body, 14);
  // An empty list of topics asks for the brokers alone.
  body.writeInt32BE(0, 14 + clientId.length);
  return body;
}

/** Correlation id, brokers (id, host, port, rack), cluster id. Throws a RangeError when the answer is shorter. */
function readMetadata(address: string, answer: Buffer): ProbeResult {
  const brokers = answer.readInt32BE(4);
  if (brokers <= 0) return { ready: false, reason: `${address} knows no live broker yet` };
  let at = 8;
  const text = (): string | undefined => {
    const length = answer.readInt16BE(at);
    at += 2;
    if (length < 0) return undefined;
    at += length;
    return answer.toString('utf8', at - length, at);
  };
  for (let broker = 0; broker < brokers; broker++) {
    at += 4;
    text();
    at += 4;
    text();
  }
  return { ready: true, clusterId: text() };
}
