/** What a serde must do: the checks, one a thing. */
import { NO_HEADERS, type Headers } from '../../record/headers.js';
import { decodeUtf8 } from '../../record/utf8.js';
import { reasonOf, shownValue } from '../../errors/shown-value.js';
import type { Serde } from '../../serde/serde.js';
import { BrokenContract } from './check.js';
import { choices, mutated } from './mutations.js';
import { sameValue } from './same-value.js';

/** A serde to be checked. */
export interface SerdeUnderTest<T> {
  readonly serde: Serde<T>;
  /** Values of all kinds that it writes, the unusual ones too. At least two. */
  readonly values: readonly T[];
  /** Whether two values are the same. Default: they consist of the same fields, entries, bytes and times. */
  readonly equal?: (one: T, other: T) => boolean;
  /** Keys of stores whose ranges are read: values in the order that their bytes must have. Default: the order does not matter. */
  readonly inOrder?: readonly T[];
  /** What it must not write. Default: nothing is tried. */
  readonly refused?: readonly unknown[];
  /** What it must not read. Default: nothing is tried. */
  readonly refusedBytes?: readonly Uint8Array[];
  /** How many inputs with mistakes are tried. Default: 10,000. */
  readonly mutations?: number;
  /** Of the mistakes; the same seed gives the same ones. Default: 1. */
  readonly seed?: number;
  /** What it is told that it reads and writes. Default: `topic`. */
  readonly topic?: string;
}

interface Written<T> {
  readonly value: T;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export type SerdeCheckBody = (under: Checked) => void;

/** A serde with what is not named put where it is missing. */
export class Checked {
  readonly serde: Serde<unknown>;
  readonly values: readonly unknown[];
  readonly topic: string;
  private readonly equal: (one: unknown, other: unknown) => boolean;

  constructor(readonly under: SerdeUnderTest<unknown>) {
    this.serde = under.serde;
    this.values = under.values;
    this.topic = under.topic ?? 'topic';
    this.equal = under.equal ?? sameValue;
  }

  /** As a sink does it. */
  write(value: unknown): Written<unknown> {
    const headers = this.serde.headersFor?.(value, this.topic, NO_HEADERS) ?? NO_HEADERS;
    return { value, headers, bytes: this.serde.serialize(value, this.topic, headers) };
  }

  /** As a store does it. */
  store(value: unknown): Buffer {
    return this.serde.serialize(value, this.topic);
  }

  mustEqual(what: string, found: unknown, wanted: unknown): void {
    if (!this.equal(found, wanted)) throw new BrokenContract(`${what} must be ${told(wanted)}, and is ${told(found)}`);
  }
}

function told(value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? shownValue(value) : text.slice(0, 200);
  } catch {
    // Not everything has a JSON text; it is shown by its type then.
    return shownValue(value);
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new BrokenContract(what);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').slice(0, 200);
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error ?? new BrokenContract('nothing was thrown but undefined or null');
  }
  return null;
}

/** The bytes in the middle of others, as they lie in what was fetched. */
function framed(bytes: Buffer): { readonly buffer: Buffer; readonly start: number; readonly end: number } {
  const buffer = Buffer.concat([Buffer.from('front'), bytes, Buffer.from('behind')]);
  return { buffer, start: 5, end: 5 + bytes.length };
}

const roundTrip: Record<string, SerdeCheckBody> = {
  'reads what it wrote, with the topic and the headers of the record': (it) => {
    for (const value of it.values) {
      const { bytes, headers } = it.write(value);
      must(bytes instanceof Uint8Array, `serialize must give bytes for ${told(value)}, not ${shownValue(bytes)}`);
      const { buffer, start, end } = framed(bytes);
      it.mustEqual('what is read', it.serde.deserialize(buffer.subarray(start, end), it.topic, headers), value);
    }
  },
  'reads what it wrote for a store, which keeps no headers': (it) => {
    for (const value of it.values) {
      it.mustEqual('what is read', it.serde.deserialize(it.store(value), it.topic), value);
    }
  },
  'writes the same bytes for the same value, and other bytes for others': (it) => {
    const seen = new Map<string, unknown>();
    for (const value of it.values) {
      const bytes = it.store(value).toString('hex');
      must(it.store(value).toString('hex') === bytes, `the bytes of ${told(value)} must be the same every time`);
      if (seen.has(bytes)) it.mustEqual('a value with the bytes of another one', value, seen.get(bytes));
      seen.set(bytes, value);
    }
  },
  'leaves the value as it was': (it) => {
    for (const value of it.values) {
      const before = it.store(value);
      const read = it.serde.deserialize(before, it.topic);
      it.write(value);
      it.mustEqual('a value after it was written', value, read);
    }
  },
};

const memory: Record<string, SerdeCheckBody> = {
  'keeps nothing of the bytes that it reads, and changes nothing in them': (it) => {
    for (const value of it.values) {
      const { bytes, headers } = it.write(value);
      const { buffer, start, end } = framed(bytes);
      const copy = Buffer.from(buffer);
      const read = it.serde.deserialize(buffer.subarray(start, end), it.topic, headers);
      must(buffer.equals(copy), `the bytes of ${told(value)} must be the same after they were read`);
      buffer.fill(0xaa);
      it.mustEqual('a value, after its bytes were overwritten,', read, value);
    }
  },
  'adds to headers in a list of its own': (it) => {
    if (it.serde.headersFor === undefined) return;
    const given: Headers = Object.freeze([Object.freeze(['trace', Buffer.from('1')] as const)]);
    for (const value of it.values) {
      const headers = it.serde.headersFor(value, it.topic, given);
      must(Array.isArray(headers), `headersFor must give a list, not ${shownValue(headers)}`);
      must(
        headers.some(([key]) => key === 'trace'),
        'headersFor must keep the headers of others',
      );
      const bytes = it.serde.serialize(value, it.topic, headers);
      it.mustEqual('what is read', it.serde.deserialize(bytes, it.topic, headers), value);
    }
  },
};

const fastPaths: Record<string, SerdeCheckBody> = {
  'reads from the middle of a buffer as it reads bytes alone': (it) => {
    const { deserializeRange } = it.serde;
    if (deserializeRange === undefined) return;
    for (const value of it.values) {
      const { bytes, headers } = it.write(value);
      const { buffer, start, end } = framed(bytes);
      const read = it.serde.deserializeRange?.(buffer, start, end, it.topic, headers);
      it.mustEqual('what is read', read, value);
      buffer.fill(0xaa);
      it.mustEqual('a value, after its bytes were overwritten,', read, value);
    }
  },
  'has texts whose UTF-8 is its bytes': (it) => {
    const { serde } = it;
    must((serde.toText === undefined) === (serde.fromText === undefined), 'toText and fromText must go together');
    if (serde.toText === undefined) return;
    for (const value of it.values) {
      const bytes = it.store(value);
      must(Buffer.from(serde.toText(value)).equals(bytes), `toText must give the text of the bytes of ${told(value)}`);
      it.mustEqual('what fromText reads', serde.fromText?.(decodeUtf8(bytes)), value);
    }
  },
  'normalizes to what is read again': (it) => {
    if (it.serde.normalize === undefined) return;
    for (const value of it.values) it.mustEqual('the normalized value', it.serde.normalize(value), value);
  },
  'does not take null for a value that need not be read': (it) => {
    if (it.serde.holdsValue === undefined) return;
    // JSON's text for null is what a serde may read as null though it has bytes.
    for (const bytes of [...it.values.map((value) => it.store(value)), Buffer.from('null')]) {
      const { buffer, start, end } = framed(bytes);
      if (!it.serde.holdsValue(buffer, start, end)) continue;
      const read = it.serde.deserialize(bytes, it.topic);
      must(read !== null, `holdsValue must be false for the bytes ${hex(bytes)}, which are read as null`);
    }
  },
  'calls immutable only what cannot be changed': (it) => {
    if (it.serde.immutable !== true) return;
    for (const value of it.values) {
      const fixed = typeof value !== 'object' || value === null || Object.isFrozen(value);
      must(fixed, `${told(value)} can be changed, so immutable must not be true`);
    }
  },
};

const refusals: Record<string, SerdeCheckBody> = {
  'refuses values that it cannot write': (it) => {
    for (const value of it.under.refused ?? []) {
      must(errorOf(() => it.store(value)) instanceof Error, `serialize must throw an error for ${told(value)}`);
      if (it.serde.normalize === undefined) continue;
      must(errorOf(() => it.serde.normalize?.(value)) instanceof Error, `normalize must throw for ${told(value)} too`);
    }
  },
  'refuses bytes that it cannot read': (it) => {
    for (const bytes of it.under.refusedBytes ?? []) {
      const error = errorOf(() => it.serde.deserialize(Buffer.from(bytes), it.topic));
      must(error instanceof Error, `deserialize must throw an error for the bytes ${hex(bytes)}`);
    }
  },
  'does not take bytes that are empty for null': (it) => {
    let value: unknown;
    if (errorOf(() => (value = it.serde.deserialize(Buffer.alloc(0), it.topic))) !== null) return;
    must(value !== null && value !== undefined, `no bytes must be refused, or be a value, and are ${String(value)}`);
  },
  'answers garbage by a value or an error, and works as before afterwards': (it) => {
    const written = it.values.map((value) => it.write(value));
    const samples = [...written.map(({ bytes }) => bytes), ...it.values.map((value) => it.store(value))];
    const choose = choices(it.under.seed ?? 1);
    for (let left = it.under.mutations ?? 10_000; left > 0; left -= 1) {
      const bytes = mutated(samples, choose);
      const { headers } = written[choose(written.length)] as Written<unknown>;
      tryGarbage(it, bytes, choose(2) === 0 ? headers : undefined);
    }
    for (const { bytes, headers, value } of written) {
      it.mustEqual('what is read after garbage', it.serde.deserialize(bytes, it.topic, headers), value);
    }
  },
};

function tryGarbage(it: Checked, bytes: Buffer, headers: Headers | undefined): void {
  let value: unknown;
  const error = errorOf(() => (value = it.serde.deserialize(bytes, it.topic, headers)));
  const ranged = framed(bytes);
  const rangeError =
    it.serde.deserializeRange === undefined
      ? error
      : errorOf(() => it.serde.deserializeRange?.(ranged.buffer, ranged.start, ranged.end, it.topic, headers));
  const same = (error === null) === (rangeError === null);
  must(same, `deserialize and deserializeRange must agree about the bytes ${hex(bytes)}`);
  if (error === null)
    must(value !== undefined && !(value instanceof Promise), `${shownValue(value)} was read of ${hex(bytes)}`);
  else must(error instanceof Error, `what is thrown must be an error, not ${reasonOf(error)}`);
}

const order: Record<string, SerdeCheckBody> = {
  'has bytes in the order of the values': (it) => {
    const inOrder = it.under.inOrder ?? [];
    for (let i = 1; i < inOrder.length; i += 1) {
      const [before, after] = [inOrder[i - 1], inOrder[i]];
      const inBytes = Buffer.compare(it.store(before), it.store(after)) < 0;
      must(inBytes, `the bytes of ${told(before)} must come before those of ${told(after)}`);
    }
  },
};

export const serdeChecks: Record<string, SerdeCheckBody> = {
  ...roundTrip,
  ...memory,
  ...fastPaths,
  ...refusals,
  ...order,
};
