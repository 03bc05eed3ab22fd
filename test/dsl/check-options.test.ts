import { describe, expect, it } from 'vitest';
import { checkFunction, checkOptions } from '../../src/dsl/check-options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const refused = (message: RegExp, code = 'CONFIG_INVALID'): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

describe('checkOptions', () => {
  const check = (options: object): void => {
    const all = [
      'name',
      'key',
      'caching',
      'logging',
      'engine',
      'partitions',
      'label',
      'write',
      'offsetReset',
      'retention',
    ];
    checkOptions('call()', options, all);
  };

  it('takes options of the right kind, and undefined for any', () => {
    expect(() => {
      check({ name: 'a', key: { serialize: () => '', deserialize: () => '' }, caching: false, logging: { a: 'b' } });
      check({ engine: 'memory', partitions: 3, label: '', write: () => undefined, offsetReset: 'none' });
      check({ name: undefined, key: undefined, caching: undefined });
    }).not.toThrow();
  });

  it.each<[object, RegExp]>([
    [{ nam: 'x' }, /call\(\) has no option nam; did you mean name\?/],
    [{ name: 'a b' }, /option name of call\(\) must consist of letters/],
    [{ key: 'string' }, /option key of call\(\) must be a serde/],
    [{ key: () => 'serde' }, /option key of call\(\) must be a serde/],
    [{ caching: 'off' }, /option caching of call\(\) must be true or false, not string/],
    [{ logging: 'off' }, /option logging of call\(\) must be true, false or an object/],
    [{ logging: { 'segment.bytes': 1 } }, /option logging of call\(\) must be true, false or an object/],
    [
      { engine: 'rocksdb' },
      /option engine of call\(\) must be 'level', 'memory' or an engine of your own, not rocksdb/,
    ],
    [{ partitions: 0 }, /option partitions of call\(\) must be a whole number of at least 1/],
    [{ partitions: 1.5 }, /option partitions of call\(\) must be a whole number of at least 1/],
    [{ label: 7 }, /option label of call\(\) must be a text/],
    [{ write: 'console' }, /option write of call\(\) must be a function, not string/],
    [{ offsetReset: 'first' }, /option offsetReset of call\(\) must be 'earliest', 'latest', 'none' or .*, not first/],
    [{ offsetReset: { byDuration: 'soon' } }, /option offsetReset of call\(\) must be .*, not \{"byDuration":"soon"\}/],
    [{ offsetReset: { duration: 1 } }, /option offsetReset of call\(\) must be /],
  ])('refuses %j', (options, message) => {
    const code = 'name' in options ? 'NAME_INVALID' : 'CONFIG_INVALID';
    expect(() => {
      check(options);
    }).toThrow(refused(message, code));
  });
});

describe('checkFunction', () => {
  it('wants a function', () => {
    expect(() => {
      checkFunction('map()', 'mapper', undefined);
    }).toThrow(refused(/the mapper of map\(\) must be a function, not undefined/));
  });
});

describe('every operator', () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream<string, string>('in');
  const table = builder.table<string, string>('table');
  const grouped = stream.groupByKey();
  const windowed = grouped.windowedBy(TimeWindows.of({ size: 1 }));
  const groupedTable = table.groupBy((value, key) => [key, value]);
  const wrong = { nmae: 'x' } as object;
  const value = (given: string): string => given;

  it.each<[string, () => unknown]>([
    ['stream(x)', () => builder.stream('x', wrong)],
    ['stream([x, y])', () => builder.stream(['x', 'y'], wrong)],
    ['table(x)', () => builder.table('x', wrong)],
    ['globalTable(x)', () => builder.globalTable('x', wrong)],
    ['build()', () => builder.build(wrong)],
    ['filter()', () => stream.filter(() => true, wrong)],
    ['filterNot()', () => stream.filterNot(() => true, wrong)],
    ['selectKey()', () => stream.selectKey(value, wrong)],
    ['map()', () => stream.map((v, k) => [k, v], wrong)],
    ['mapValues()', () => stream.mapValues(value, wrong)],
    ['flatMap()', () => stream.flatMap(() => [], wrong)],
    ['flatMapValues()', () => stream.flatMapValues(() => [], wrong)],
    ['peek()', () => stream.peek(() => undefined, wrong)],
    [
      'foreach()',
      () => {
        stream.foreach(() => undefined, wrong);
      },
    ],
    [
      'print()',
      () => {
        stream.print(wrong);
      },
    ],
    ['split()', () => stream.split(wrong)],
    ['branch()', () => stream.split().branch(() => true, wrong)],
    ['defaultBranch()', () => stream.split().defaultBranch(wrong)],
    ['merge()', () => stream.merge(stream, wrong)],
    ['repartition()', () => stream.repartition(wrong)],
    ['toTable()', () => stream.toTable(wrong)],
    [
      'to()',
      () => {
        stream.to('out', wrong);
      },
    ],
    ['groupByKey()', () => stream.groupByKey(wrong)],
    ['groupBy()', () => stream.groupBy(value, wrong)],
    ['join()', () => stream.join(table, value, wrong)],
    ['leftJoin()', () => stream.leftJoin(table, value, wrong)],
    ['count()', () => grouped.count(wrong)],
    ['reduce()', () => grouped.reduce(value, wrong)],
    ['aggregate()', () => grouped.aggregate(() => '', value, wrong)],
    ['count()', () => windowed.count(wrong)],
    ['reduce()', () => windowed.reduce(value, wrong)],
    ['aggregate()', () => windowed.aggregate(() => '', value, wrong)],
    ['filter()', () => table.filter(() => true, wrong)],
    ['filterNot()', () => table.filterNot(() => true, wrong)],
    ['mapValues()', () => table.mapValues(value, wrong)],
    ['toStream()', () => table.toStream(wrong)],
    ['toStream()', () => table.toStream((v) => v, wrong)],
    ['groupBy()', () => table.groupBy((v, k) => [k, v], wrong)],
    ['count()', () => groupedTable.count(wrong)],
    ['reduce()', () => groupedTable.reduce(value, value, wrong)],
    ['aggregate()', () => groupedTable.aggregate(() => '', value, value, wrong)],
  ])('%s refuses an option that it does not know (%#)', (call, write) => {
    expect(write).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        option: 'nmae',
        message: expect.stringContaining(`${call} has no option nmae; `) as string,
      }) as Error,
    );
  });

  it('knows retention only where there are windows', () => {
    expect(() => grouped.count({ retention: '1h' } as object)).toThrow(refused(/count\(\) has no option retention/));
    expect(() => windowed.count({ retention: '1h' })).not.toThrow();
  });

  it.each<[string, () => unknown]>([
    ['predicate of filter()', () => stream.filter(undefined as unknown as () => boolean)],
    ['mapper of map()', () => stream.map('x' as unknown as () => [string, string])],
    ['mapper of selectKey()', () => table.toStream().selectKey(null as unknown as () => string)],
    ['initializer of aggregate()', () => grouped.aggregate(0 as unknown as () => number, () => 1)],
    ['aggregator of aggregate()', () => grouped.aggregate(() => 0, undefined as unknown as () => number)],
    ['subtractor of reduce()', () => groupedTable.reduce(value, undefined as unknown as () => string)],
    ['joiner of join()', () => stream.join(table, undefined as unknown as () => string)],
    ['keySelector of groupBy()', () => stream.groupBy({} as unknown as () => string)],
  ])('wants a function as %s', (what, write) => {
    expect(write).toThrow(refused(new RegExp(`the ${what.replaceAll('()', '\\(\\)')} must be a function`)));
  });
});
