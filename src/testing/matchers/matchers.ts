/** Matchers for `expect` of Vitest and Jest: what a topic yields, of the test driver at once, on Kafka once it has come. */
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';

/** Of topics on Kafka, `expect(topic).toYield…` is awaited. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the type of a matcher that is not awaited
export type Yielded<Topic> = Topic extends { readonly partitions: number } ? Promise<void> : void;

/** What `millrace/vitest` and `millrace/jest` add to `expect`. `Topic` is a `TestOutputTopic` or a `KafkaTopic`. */
export interface MillraceMatchers<Topic> {
  /** The keys and values of the records that are left; on Kafka of the next so many, and more may follow. */
  toYieldKeyValues(expected: readonly (readonly [key: unknown, value: unknown])[]): Yielded<Topic>;
  /** Of the same records only the values. */
  toYieldValues(expected: readonly unknown[]): Yielded<Topic>;
  /** The last value of each key, as `readTable` shows it; on Kafka once it is so. */
  toYieldTable(expected: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): Yielded<Topic>;
}

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What Vitest and Jest alike give to a matcher. */
interface MatcherContext {
  readonly isNot?: boolean | undefined;
  readonly equals: (one: unknown, other: unknown) => boolean;
  readonly utils: {
    readonly printExpected: (value: unknown) => string;
    readonly printReceived: (value: unknown) => string;
  };
}

type Read = 'readKeyValues' | 'readValues' | 'readTable';
type Readable = Readonly<Record<Read, (until?: unknown) => unknown>>;

/** For `expect.extend(millraceMatchers)`. */
export const millraceMatchers = {
  toYieldKeyValues(this: MatcherContext, received: unknown, expected: readonly unknown[]): Outcome | Promise<Outcome> {
    return list(this, received, 'readKeyValues', expected);
  },
  toYieldValues(this: MatcherContext, received: unknown, expected: readonly unknown[]): Outcome | Promise<Outcome> {
    return list(this, received, 'readValues', expected);
  },
  toYieldTable(
    this: MatcherContext,
    received: unknown,
    expected: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>,
  ): Outcome | Promise<Outcome> {
    const wanted = expected instanceof Map ? objectOf(expected) : expected;
    const topic = readable(received);
    if (!isOnKafka(topic)) return compared(this, objectOf(topic.readTable()), wanted);
    const isSo = (table: unknown): boolean => this.equals(objectOf(table), wanted);
    return waited(this, topic.readTable(isSo), wanted, objectOf);
  },
};

function list(
  context: MatcherContext,
  received: unknown,
  read: Read,
  expected: readonly unknown[],
): Outcome | Promise<Outcome> {
  const topic = readable(received);
  if (!isOnKafka(topic)) return compared(context, topic[read](), expected);
  if (expected.length === 0) {
    throw new MillraceError(
      'STATE_INVALID',
      'you cannot wait for nothing to come: write something after it that does come, and expect that',
    );
  }
  return waited(context, topic[read](expected.length), expected, (records) => records);
}

async function waited(
  context: MatcherContext,
  reading: unknown,
  expected: unknown,
  shown: (read: unknown) => unknown,
): Promise<Outcome> {
  try {
    return compared(context, shown(await reading), expected);
  } catch (error) {
    if (!MillraceError.is(error) || error.code !== 'TEST_TIMED_OUT') throw error;
    // With `not`, that it never came is what is expected.
    return { pass: false, message: () => `${error.message}\n\nexpected: ${context.utils.printExpected(expected)}` };
  }
}

function compared({ equals, isNot, utils }: MatcherContext, actual: unknown, expected: unknown): Outcome {
  const not = isNot === true ? 'anything but ' : '';
  return {
    pass: equals(actual, expected),
    message: () => `expected: ${not}${utils.printExpected(expected)}\nread:     ${utils.printReceived(actual)}`,
  };
}

function readable(received: unknown): Readable {
  if (typeof received === 'object' && received !== null && 'readTable' in received) {
    return received as unknown as Readable;
  }
  throw new MillraceError(
    'STATE_INVALID',
    `expect() was given ${shownValue(received)}, and not an output topic of the test driver or a topic of a test kit`,
  );
}

function isOnKafka(topic: object): boolean {
  return 'partitions' in topic;
}

/** Runners compare objects alike, and maps each in its own way. */
function objectOf(table: unknown): Record<string, unknown> {
  return Object.fromEntries(table as ReadonlyMap<string, unknown>);
}
