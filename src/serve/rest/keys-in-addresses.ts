/** Keys and places as addresses have them, and rows as JSON. */
import { z } from 'zod';
import type { Place } from '../../query/queried-rows.js';
import { QueryError } from '../../query/query-error.js';
import { NotReady } from '../../serde/not-ready.js';
import type { StoreToAsk } from '../../query/store-to-ask.js';

export type KeyFormat = 'text' | 'json' | 'base64';

/** The key that a text stands for. @throws QueryError INVALID */
export async function keyOf(store: StoreToAsk, text: string, format: KeyFormat = 'text'): Promise<unknown> {
  switch (format) {
    case 'base64':
      return decoded(store, Buffer.from(text, 'base64url'));
    case 'json':
      return json(text);
    case 'text':
      for (const key of readings(text)) if (await suits(store, key)) return key;
      throw new QueryError(
        'INVALID',
        `the serde of store ${store.name} takes no text for a key: write it in another keyFormat`,
        {
          store: store.name,
        },
      );
  }
}

/** What a text may be, beginning with the text itself. */
function readings(text: string): unknown[] {
  if (!/^-?\d{1,400}(\.\d+)?$/.test(text)) return [text];
  return text.includes('.') ? [text, Number(text)] : [text, Number(text), BigInt(text)];
}

async function suits({ key: serde, topic }: StoreToAsk, key: unknown): Promise<boolean> {
  for (;;) {
    try {
      serde.serialize(key, topic);
      return true;
    } catch (error) {
      if (!(error instanceof NotReady)) return false;
      await error.until;
    }
  }
}

async function decoded({ name, key: serde, topic }: StoreToAsk, bytes: Buffer): Promise<unknown> {
  for (;;) {
    try {
      return serde.deserialize(bytes, topic);
    } catch (cause) {
      if (!(cause instanceof NotReady))
        throw new QueryError('INVALID', `these bytes are no key of store ${name}`, { store: name, cause });
      await cause.until;
    }
  }
}

function json(text: string): unknown {
  let key: unknown = null;
  try {
    key = JSON.parse(text);
  } catch (cause) {
    throw new QueryError('INVALID', 'the key is no JSON', { cause });
  }
  if (key === null) throw new QueryError('INVALID', 'null is no key');
  return key;
}

const place = z.tuple([z.base64url(), z.int(), z.int().nullable()]);

/** Where a page ended. */
export function textOfPlace({ key, start, end }: Place): string {
  return Buffer.from(JSON.stringify([key.toString('base64url'), start, end])).toString('base64url');
}

/** @throws QueryError INVALID */
export function placeOf(text: string): Place {
  let given: unknown = null;
  try {
    given = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    // It is no place then.
  }
  const read = place.safeParse(given);
  if (!read.success) throw new QueryError('INVALID', 'after is not what a page gave as next');
  const [key, start, end] = read.data;
  return { key: Buffer.from(key, 'base64url'), value: Buffer.alloc(0), timestamp: null, headers: null, start, end };
}

/** As JSON has it: bytes as base64, bigints as digits. */
export function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) return [...value].map(shown);
  if (value instanceof Set) return [...value].map(shown);
  if ('toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)]));
}
