/** The changes of a store on their way from one instance to another: server-sent events whose keys and values are bytes. */
import { z } from 'zod';
import { parseJson } from '../serde/json-text.js';
import type { ChangeEvent } from './change-feed.js';
import { Position } from './position.js';
import { bytesOf, read, valueBytes } from './store-bytes.js';
import type { StoreToAsk } from './store-to-ask.js';

/** Characters of one message. */
const LONGEST = 64 * 1024 * 1024;

/** Where an instance tells of them. */
export function changesPath(store: string): string {
  return `/stores/${store}/changes`;
}

const change = z.object({
  key: z.base64(),
  value: z.base64().nullable(),
  timestamp: z.number().nullable(),
  start: z.number().nullable(),
  end: z.number().nullable(),
  position: z.string(),
});
const behind = z.object({ missed: z.int().positive() });
const followed = z.object({ partitions: z.array(z.int().min(0)) });

/** One message of a stream of server-sent events. */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
}

/** The data of a message. */
export async function sentChange(store: StoreToAsk, event: ChangeEvent<unknown, unknown>): Promise<string> {
  const { type: _, ...rest } = event;
  if (event.type !== 'change') return JSON.stringify(rest);
  const { timestamp, start, end } = event;
  const key = (await bytesOf(store, event.key)).toString('base64');
  const value = event.value === null ? null : (await valueBytes(store, event.value)).toString('base64');
  return JSON.stringify({ key, value, timestamp, start, end, position: String(event.position) });
}

/** Null for a message of a kind that is not known here. @throws what is wrong with it */
export async function receivedChange(
  store: StoreToAsk,
  { event, data }: StreamMessage,
): Promise<ChangeEvent<unknown, unknown> | null> {
  if (event === 'behind') return Object.freeze({ type: 'behind' as const, ...behind.parse(parseJson(data)) });
  if (event === 'partitions') return Object.freeze({ type: 'partitions' as const, ...followed.parse(parseJson(data)) });
  if (event !== 'change') return null;
  const { key, value, position, ...times } = change.parse(parseJson(data));
  return Object.freeze({
    type: 'change' as const,
    key: await read(store, store.key, Buffer.from(key, 'base64')),
    value: value === null ? null : await read(store, store.value, Buffer.from(value, 'base64')),
    ...times,
    position: Position.parse(position),
  });
}

/** The messages in a body, as they come. Comments, by which a connection shows that it lives, are passed over. */
export async function* messagesIn(
  body: AsyncIterable<Uint8Array>,
  heard: () => void = () => undefined,
): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of body) {
    heard();
    text += decoder.decode(part, { stream: true });
    if (text.length > LONGEST) throw new Error(`a message has more than ${String(LONGEST)} characters`);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string | null => {
        const line = lines.find((one) => one.startsWith(`${name}: `));
        return line === undefined ? null : line.slice(name.length + 2);
      };
      const data = field('data');
      if (data !== null) yield { event: field('event') ?? 'message', data };
    }
  }
}
