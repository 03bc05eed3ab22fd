/** The functions that plans name. They depend on nothing but their arguments; `jvm/` has the same ones in Java. */
import type { RecordView } from '../../src/record/record-context.js';
import { Windowed } from '../../src/record/windowed.js';
import type { Call } from './plan.js';

/** A value as Java's `String.valueOf` shows it. */
export function text(value: unknown): string {
  if (value instanceof Windowed) {
    return `[${text(value.key)}@${String(value.window.start)}/${endText(value.window.end)}]`;
  }
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}

/** A window without an end has the greatest one that Java knows. */
function endText(end: number): string {
  return end === Number.POSITIVE_INFINITY ? '9223372036854775807' : String(end);
}

/** FNV-1a over UTF-16 units, folded; what all decisions of functions hang on. */
export function hash(of: string, modulus: number): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < of.length; i++) h = Math.imul(h ^ of.charCodeAt(i), 16_777_619);
  h ^= h >>> 15;
  return (h >>> 0) % modulus;
}

/** Keeps texts that grow from growing without end. */
export function tail(of: string): string {
  return of.length <= 24 ? of : of.slice(-24);
}

type Predicate = (key: unknown, value: unknown) => boolean;
type Mapper = (key: unknown, value: unknown) => unknown;
type Aggregate = (aggregate: unknown, value: unknown, key: unknown) => unknown;
type Join = (left: unknown, right: unknown, key: unknown) => unknown;
type Pairs = (key: unknown, value: unknown) => [unknown, unknown][];

function number(call: Call, argument: string): number {
  const value = call[argument];
  if (typeof value !== 'number') throw new Error(`${call.fn} needs the number ${argument}`);
  return value;
}

function unknownFunction(kind: string, call: Call): Error {
  return new Error(`there is no ${kind} ${call.fn}`);
}

export function predicate(call: Call): Predicate {
  switch (call.fn) {
    case 'keyHash':
      return (key) => hash(text(key), number(call, 'm')) !== 0;
    case 'valueHash':
      return (_key, value) => hash(text(value), number(call, 'm')) !== 0;
    case 'hasValue':
      return (_key, value) => value !== null;
    case 'always':
      return () => true;
    case 'never':
      return () => false;
    case 'throwSome':
      return (_key, value) => {
        unlucky(call, text(value));
        return true;
      };
  }
  throw unknownFunction('predicate', call);
}

/** Gives a value, or a key. */
export function mapper(call: Call): Mapper {
  switch (call.fn) {
    case 'same':
      return (_key, value) => value;
    case 'sameKey':
      return (key) => key;
    case 'suffix':
      return (_key, value) => (value === null ? null : tail(text(value) + (call['s'] as string)));
    case 'show':
      return (key, value) => tail(`${text(key)}=${text(value)}`);
    case 'nullSome':
      return (_key, value) => (hash(text(value), number(call, 'm')) === 0 ? null : value);
    case 'toLong':
      return (_key, value) => (value === null ? null : hash(text(value), 1_000));
    case 'throwSome':
      return (_key, value) => {
        unlucky(call, text(value));
        return value;
      };
    case 'keyFromValue':
      return (_key, value) => `g${String(hash(text(value), number(call, 'm')))}`;
    case 'keyFromKey':
      return (key) => `k${String(hash(text(key), number(call, 'm')))}`;
    case 'keyOrNull':
      return (key, value) => {
        const h = hash(`${text(key)}/${text(value)}`, number(call, 'm'));
        return h === 0 ? null : `n${String(h)}`;
      };
    case 'foreignKey':
      return (_key, value) => ['a', 'b', 'c', 'd', 'é'][hash(text(value), number(call, 'm'))] ?? null;
    case 'foreignNumber':
      return (_key, value) => {
        const h = hash(text(value), number(call, 'm'));
        return h > 4 ? null : h;
      };
    case 'keyText':
      return (key) => (key === null ? null : text(key));
    case 'keyToLong':
      return (key) => (key === null ? null : hash(text(key), number(call, 'm')));
  }
  throw unknownFunction('mapper', call);
}

/** Of one transformer: a mapper, or something that only a transformer can tell. */
export function transformer(call: Call): (key: unknown, value: unknown, record: RecordView) => unknown {
  switch (call.fn) {
    case 'counted': {
      let calls = 0;
      return (_key, value) => {
        calls += 1;
        return value === null && calls % 3 !== 0 ? null : tail(`${text(value)}#${String(calls)}`);
      };
    }
    case 'placed':
      return (_key, value, { timestamp, topic, offset, partition }) =>
        `${text(value)}@${String(timestamp % 1000)}/${String(topic?.length ?? '-')}/${String(offset)}/${String(partition)}`;
    default: {
      const map = mapper(call);
      return (key, value) => map(key, value);
    }
  }
}

/** Takes a record's time for a timestamp, or another; a negative one drops the record. */
export function extractor(call: Call): (time: number, value: unknown, partitionTime: number) => number {
  switch (call.fn) {
    case 'shift':
      return (time) => time + number(call, 'by');
    case 'earlierByValue':
      return (time, value) => time - hash(text(value), number(call, 'span'));
    case 'negativeSome':
      return (time, value) => (hash(text(value), number(call, 'm')) === 0 ? -1 : time);
    case 'notBack':
      return (time, _value, partitionTime) => Math.max(time, partitionTime);
  }
  throw unknownFunction('timestamp extractor', call);
}

export function flatValues(call: Call): (key: unknown, value: unknown) => unknown[] {
  if (call.fn !== 'repeat') throw unknownFunction('mapper to values', call);
  return (key, value) => {
    const count = hash(`${text(key)}/${text(value)}`, number(call, 'm'));
    return Array.from({ length: count }, (_, i) => (i === 2 ? null : tail(`${text(value)}.${String(i)}`)));
  };
}

export function flatPairs(call: Call): Pairs {
  if (call.fn !== 'spread') throw unknownFunction('mapper to pairs', call);
  return (key, value) => {
    const h = hash(`${text(key)}/${text(value)}`, 1_000);
    return Array.from({ length: h % number(call, 'm') }, (_, i) => [
      `f${String((h + i) % 4)}`,
      i === 2 ? null : tail(`${text(value)}.${String(i)}`),
    ]);
  };
}

/** Also the initial aggregate of `aggregate` calls. */
export function initial(call: Call): unknown {
  const value = call['initial'];
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  throw new Error(`${call.fn} needs an initial aggregate`);
}

/** Adders, subtractors, reducers. */
export function aggregator(call: Call): Aggregate {
  switch (call.fn) {
    case 'concat':
      return (aggregate, value) => tail(text(aggregate) + text(value));
    case 'unconcat':
      return (aggregate, value) => tail(`${text(aggregate)}-${text(value)}`);
    case 'concatKey':
      return (aggregate, value, key) => tail(`${text(aggregate)}${text(key)}${text(value)}`);
    case 'nullSome':
      return (aggregate, value) =>
        hash(text(aggregate) + text(value), number(call, 'm')) === 0 ? null : tail(text(aggregate) + text(value));
    case 'sum':
      return (aggregate, value) => long(aggregate) + hash(text(value), 100);
    case 'subtract':
      return (aggregate, value) => long(aggregate) - hash(text(value), 100);
    case 'sumNullSome':
      return (aggregate, value) => {
        const sum = long(aggregate) + hash(text(value), 100);
        return sum % number(call, 'm') === 0 ? null : sum;
      };
    case 'throwSome':
      return (aggregate, value) => {
        unlucky(call, text(aggregate) + text(value));
        return tail(text(aggregate) + text(value));
      };
    case 'last':
      return (_aggregate, value) => value;
  }
  throw unknownFunction('aggregator', call);
}

export function joiner(call: Call): Join {
  switch (call.fn) {
    case 'pair':
      return (left, right) => tail(`${text(left)}|${text(right)}`);
    case 'pairWithKey':
      return (left, right, key) => tail(`${text(key)}:${text(left)}|${text(right)}`);
    case 'nullSome':
      return (left, right) =>
        hash(`${text(left)}|${text(right)}`, number(call, 'm')) === 0 ? null : tail(`${text(left)}|${text(right)}`);
    case 'throwSome':
      return (left, right) => {
        unlucky(call, `${text(left)}|${text(right)}`);
        return tail(`${text(left)}|${text(right)}`);
      };
    case 'sum':
      return (left, right) => hash(text(left), 100) + hash(text(right), 100);
  }
  throw unknownFunction('joiner', call);
}

function long(value: unknown): number {
  return value === null ? 0 : (value as number);
}

/** Throws for some texts, always the same ones. */
function unlucky(call: Call, of: string): false {
  if (hash(of, number(call, 'm')) === 0) throw new Error(`unlucky: ${of}`);
  return false;
}
