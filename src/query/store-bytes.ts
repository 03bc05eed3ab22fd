/** Keys and values of a store as the bytes that instances send each other; a serde may have to fetch something first. */
import { reasonOf } from '../errors/shown-value.js';
import { NotReady } from '../serde/not-ready.js';
import type { Serde } from '../serde/serde.js';
import { QueryError } from './query-error.js';
import type { StoreToAsk } from './store-to-ask.js';

/** @throws QueryError INVALID */
export function bytesOf(store: StoreToAsk, key: unknown): Promise<Buffer> {
  return ready(store, () => store.key.serialize(key, store.topic));
}

/** Calls a serde, which may have to fetch something first. @throws QueryError INVALID */
export async function ready<T>({ name }: StoreToAsk, use: () => T): Promise<T> {
  for (;;) {
    try {
      return use();
    } catch (cause) {
      if (!(cause instanceof NotReady)) {
        throw new QueryError('INVALID', `the serde of store ${name} refuses the key: ${reasonOf(cause)}`, {
          store: name,
          cause,
        });
      }
      await cause.until;
    }
  }
}

/** @throws QueryError STORE_EXCEPTION */
export async function read({ name, topic }: StoreToAsk, serde: Serde<unknown>, bytes: Buffer): Promise<unknown> {
  for (;;) {
    try {
      return serde.deserialize(bytes, topic);
    } catch (cause) {
      if (!(cause instanceof NotReady)) {
        throw new QueryError(
          'STORE_EXCEPTION',
          `the serde of store ${name} cannot read an answer: ${reasonOf(cause)}`,
          { store: name, cause },
        );
      }
      await cause.until;
    }
  }
}

/** Of a value that the store holds. @throws QueryError STORE_EXCEPTION */
export async function valueBytes({ name, topic, value: serde }: StoreToAsk, value: unknown): Promise<Buffer> {
  for (;;) {
    try {
      return serde.serialize(value, topic);
    } catch (cause) {
      if (!(cause instanceof NotReady)) {
        throw new QueryError('STORE_EXCEPTION', `the serde of store ${name} refuses a value: ${reasonOf(cause)}`, {
          store: name,
          cause,
        });
      }
      await cause.until;
    }
  }
}
