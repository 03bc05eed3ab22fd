/** Users who log in by SCRAM, made through the broker (KIP-554): kafkajs has no call for it. */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { exchange, textBytes } from '../../../src/local-kafka/kafka-request.js';

const ALTER_USER_SCRAM_CREDENTIALS = 51;
const ITERATIONS = 4096;
const MECHANISMS = {
  'scram-sha-256': { code: 1, digest: 'sha256', bytes: 32 },
  'scram-sha-512': { code: 2, digest: 'sha512', bytes: 64 },
} as const;

export interface ScramUser {
  readonly mechanism: keyof typeof MECHANISMS;
  readonly username: string;
  readonly password: string;
}

export async function addScramUsers(address: string, users: readonly ScramUser[]): Promise<void> {
  const header = Buffer.alloc(12);
  header.writeInt16BE(ALTER_USER_SCRAM_CREDENTIALS, 4);
  // The correlation id that `exchange` looks for.
  header.writeInt32BE(7, 8);
  const none = Buffer.from([1]);
  const end = Buffer.from([0]);
  const upserts = users.map(({ mechanism, username, password }) => {
    const { code, digest, bytes } = MECHANISMS[mechanism];
    const salt = randomBytes(16);
    const numbers = Buffer.alloc(5);
    numbers.writeInt8(code, 0);
    numbers.writeInt32BE(ITERATIONS, 1);
    const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, digest);
    return Buffer.concat([compact(Buffer.from(username)), numbers, compact(salt), compact(salted), end]);
  });
  const body = [none, Buffer.from([users.length + 1]), ...upserts, end];
  const frame = Buffer.concat([header, textBytes('test'), end, ...body]);
  frame.writeInt32BE(frame.length - 4, 0);
  const answer = await exchange(address, frame, 10_000);
  if (typeof answer === 'string') throw new Error(answer);
  // Correlation id, tags, throttling, how many; then for each its name and an error code.
  let at = 4 + 1 + 4 + 1;
  for (const { username } of users) {
    at += 1 + Buffer.byteLength(username);
    const error = answer.readInt16BE(at);
    if (error !== 0) throw new Error(`user ${username} could not be made: error ${String(error)}`);
    at += 2 + 1 + 1;
  }
}

function compact(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length + 1]), bytes]);
}
