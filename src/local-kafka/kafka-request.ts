/** One request of Kafka's protocol on a connection of its own, as little of it as a launcher needs, without a client library. */
import { connect } from 'node:net';

const CORRELATION_ID = 7;
const CLIENT_ID = 'millrace';

/** A whole frame: length, header (of the versions without tags), body. */
export function requestFrame(apiKey: number, version: number, body: Buffer): Buffer {
  const header = Buffer.alloc(4 + 2 + 2 + 4);
  header.writeInt16BE(apiKey, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(CORRELATION_ID, 8);
  const frame = Buffer.concat([header, textBytes(CLIENT_ID), body]);
  frame.writeInt32BE(frame.length - 4, 0);
  return frame;
}

/** A string as the older versions of requests have it. */
export function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}

/** Reads an answer from its beginning to its end; past the end it throws a RangeError. */
export class AnswerReader {
  // The correlation id was looked at when the frame came in.
  #at = 4;

  constructor(private readonly answer: Buffer) {}

  int8(): number {
    this.#at += 1;
    return this.answer.readInt8(this.#at - 1);
  }

  int16(): number {
    this.#at += 2;
    return this.answer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.answer.readInt32BE(this.#at - 4);
  }

  /** Undefined for null. */
  text(): string | undefined {
    const length = this.int16();
    if (length < 0) return undefined;
    if (this.#at + length > this.answer.length) throw new RangeError('the answer ends within a string');
    this.#at += length;
    return this.answer.toString('utf8', this.#at - length, this.#at);
  }
}

/**
 * Sends one framed request and gives the frame that comes back, without its length; a string is the reason of failure.
 * Without a request it only connects, and gives an empty frame.
 */
export function exchange(address: string, request: Buffer | undefined, timeoutMs: number): Promise<Buffer | string> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(address.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return Promise.resolve(`${address} is not host:port`);
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
