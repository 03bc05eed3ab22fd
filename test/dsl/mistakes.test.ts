/** What the compiler would refuse, done all the same: the same words are said when the program runs. */
import { describe, expect, it } from 'vitest';
import {
  JoinWindows,
  serdes,
  SessionWindows,
  stores,
  StreamsBuilder,
  TimeWindows,
  type KStream,
} from '../../src/index.js';

const builder = new StreamsBuilder();
/** Whatever the compiler thinks of it. */
const stream = builder.stream('in') as unknown as Record<string, (...args: unknown[]) => unknown>;
const joiner = (left: unknown, right: unknown): unknown[] => [left, right];

describe('a mistake at run time', () => {
  it.each(['join', 'leftJoin'])('%s of two streams without windows', (method) => {
    expect(() => stream[method]!(builder.stream('other'), joiner)).toThrow(
      `${method}() of two streams needs JoinWindows behind the joiner, such as JoinWindows.of({ timeDifference: '5m' })`,
    );
  });

  it.each(['join', 'leftJoin'])('%s with a global table without a key selector', (method) => {
    expect(() => stream[method]!(builder.globalTable(`global-${method}`), joiner)).toThrow(
      `${method}() with a global table needs a function that selects the table's key, and then the joiner`,
    );
  });

  it.each([[undefined], [{ store: 'n' }]])('an aggregate of sessions with %o in place of the merger', (merger) => {
    const sessions = (stream as unknown as KStream<string, string>)
      .groupByKey()
      .windowedBy(SessionWindows.of({ gap: '1m' })) as unknown as typeof stream;
    expect(() =>
      sessions['aggregate']!(
        () => 0,
        () => 1,
        merger,
      ),
    ).toThrow(/^aggregate\(\) of sessions needs a merger, .*: aggregate\(initializer, aggregator, merger, options\)/);
  });

  it.each(['10 seconds', '10 s', ' 10s'])('a duration as %o', (size) => {
    expect(() => TimeWindows.of({ size: size as '10s' })).toThrow(/must be .* such as '10s'.*: write '10s'/);
  });

  it.each<[string, () => unknown, string]>([
    ['to() without a topic', () => stream['to']!(), 'the topic of to() must be a name, or a function that chooses one'],
    ['merge() without a stream', () => stream['merge']!(), 'merge() takes a KStream to merge the stream with'],
    [
      'a serde in place of the options',
      () => builder.stream('serde', serdes.string() as never),
      'stream(serde) takes options such as { key: serdes.string(), value: serdes.json() } here, not a serde',
    ],
    [
      'the class of a processor in place of a supplier',
      () =>
        stream['process']!(
          class Counting {
            process(): void {}
          },
        ),
      'the supplier of process() must be a function that makes a processor, not the class itself: write () => new Counting()',
    ],
    [
      'a processor in place of a supplier',
      () => stream['process']!({ process: () => undefined }),
      'must be a function that makes a processor, not an object: write () => the processor',
    ],
    [
      'a store in place of its name',
      () => stream['process']!(() => ({ process: () => undefined }), { stores: [stores.keyValue({ name: 'seen' })] }),
      'option stores of process() must be a list of names: add the store itself with addStateStore()',
    ],
    [
      'the name of a store in place of it',
      () => builder.addStateStore('seen' as never),
      'addStateStore() takes what stores.keyValue() and its like make, not text "seen"',
    ],
    [
      'a table joined with a stream',
      () => builder.table('rows').join(builder.stream('joined') as never, joiner as never),
      'join() takes a KTable to join the table with',
    ],
    [
      'a table of several topics',
      () => builder.table(['one', 'two'] as never),
      'table() reads one topic, by its name, not a list of 2; to bring several together, read them by stream()',
    ],
    [
      'a table of a pattern',
      () => builder.table(/orders-.*/ as never),
      'table() reads one topic, by its name, not a RegExp',
    ],
    [
      'a global table of several topics',
      () => builder.globalTable(['one', 'two'] as never),
      'globalTable() reads one topic, by its name, not a list of 2',
    ],
    [
      'windows for a join with a table',
      () => stream['join']!(builder.table('looked-up'), joiner, JoinWindows.of({ timeDifference: '1m' })),
      'join() takes options here, not JoinWindows: those are for joins of two streams',
    ],
    [
      'a function over records in place of a supplier',
      () => stream['process']!((record: { value: string }) => record.value.length),
      "the supplier of process() failed: Cannot read properties of undefined (reading 'value'). It is called without a record, to make a processor: write () => ({ process(record) { … } })",
    ],
    [
      'an asynchronous function in place of a supplier',
      () => stream['process']!(() => Promise.reject(new Error('nobody asked'))),
      'the supplier of process() must give an object with process(), not a Promise: write () => ({ process(record) { … } })',
    ],
    [
      'a processor that wants the context with the record',
      () => stream['process']!(() => ({ process: (_record: unknown, _context: unknown) => undefined })),
      'process() of the processor of process() gets the record alone; the context is given to init(), which can keep it',
    ],
    [
      'a source of nothing',
      () => builder.stream(''),
      'a source must read a topic, a list of topics or a pattern, not an empty text',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
