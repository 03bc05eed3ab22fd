import { afterEach, describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestInputOptions, TestInputTopic, TestOutputTopic } from '../../src/testing/test-topics.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { codeOf } from '../error-code.js';

const texts = { key: serdes.string(), value: serdes.string() };
const drivers: TopologyTestDriver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
});

/** From `in` to `out`, unchanged. */
function pipe(
  options: Partial<TestInputOptions<string, string>> = {},
): [TestInputTopic<string, string>, TestOutputTopic<string, string>, TopologyTestDriver] {
  const builder = new StreamsBuilder();
  builder.stream('in', texts).to('out');
  const driver = new TopologyTestDriver(builder.build(), { now: 1_000 });
  drivers.push(driver);
  return [driver.inputTopic('in', { ...texts, ...options }), driver.outputTopic('out', texts), driver];
}

const times = (output: TestOutputTopic<string, string>): number[] => output.readRecords().map((one) => one.timestamp);

/** As JavaScript may call it. */
type Careless = (topic: string, options?: object) => unknown;

describe('a topic without what it needs', () => {
  it.each([
    ['outputTopic', { value: texts.value }, 'option key of outputTopic(t) must be the serde of its keys'],
    ['outputTopic', undefined, 'option key of outputTopic(t) must be the serde of its keys'],
    ['outputTopic', { key: texts.key }, 'option value of outputTopic(t) must be the serde of its values'],
    ['outputTopic', { ...texts, value: String }, 'such as serdes.string(), but it is a function'],
    ['outputTopic', { keySerde: texts.key, value: texts.value }, 'outputTopic(t) has no option keySerde'],
    ['inputTopic', { value: texts.value }, 'option key of inputTopic(t) must be the serde of its keys'],
    ['inputTopic', { ...texts, autoAdvanc: 1 }, 'has no option autoAdvanc; did you mean autoAdvance?'],
  ] as const)('%s with %o is refused where it is made', (method, options, reason) => {
    const [, , driver] = pipe();
    const call = driver[method].bind(driver) as Careless;
    expect(() => call('t', options)).toThrow(reason);
    expect(codeOf(() => call('t', options))).toBe('CONFIG_INVALID');
  });
});

describe('an input topic', () => {
  it('has a time of its own, which begins at the clock of the driver', () => {
    const [input, output] = pipe();
    input.pipe('a', '1');
    input.advance('2s');
    input.pipe('a', '2');
    input.pipe('a', '3', { timestamp: 7 });
    input.pipe('a', '4');
    expect(times(output)).toEqual([1_000, 3_000, 7, 3_000]);
  });

  it('moves its time after each record that has none of its own', () => {
    const [input, output] = pipe({ start: 50, autoAdvance: '5ms' });
    input.pipe('a', '1');
    input.pipe('a', '2', { timestamp: 9 });
    input.pipe('a', '3');
    expect(times(output)).toEqual([50, 9, 55]);
  });

  it('takes lists of pairs and of values, at its own time or at times of theirs', () => {
    const [input, output] = pipe({ start: 50, autoAdvance: '5ms' });
    input.pipeKeyValues([
      ['a', '1'],
      ['b', null],
    ]);
    input.pipeKeyValues(new Map([['c', '3']]), { start: 7 });
    input.pipeValues(['4', '5'], { start: 100, advance: '1s' });
    input.pipeValues(['6']);
    expect(output.readRecords().map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([
      ['a', '1', 50],
      ['b', null, 55],
      ['c', '3', 7],
      [null, '4', 100],
      [null, '5', 1_100],
      [null, '6', 60],
    ]);
  });

  it('takes lists of records with headers', () => {
    const [input, output] = pipe();
    input.pipeRecords([
      { key: 'a', value: '1', timestamp: 3, headers: [['h', Buffer.from('x')]] },
      { value: null, headers: [['h', null]] },
    ]);
    expect(output.readRecords()).toEqual([
      { key: 'a', value: '1', timestamp: 3, headers: [['h', Buffer.from('x')]] },
      { key: null, value: null, timestamp: 1_000, headers: [['h', null]] },
    ]);
  });
});

describe('an output topic', () => {
  it('is read record by record, or whole; what was read is gone', () => {
    const [input, output] = pipe();
    input.pipeKeyValues(Object.entries({ a: '1', b: '2', c: '3', d: '4' }));
    expect([output.size, output.isEmpty]).toEqual([4, false]);
    expect(output.readValue()).toBe('1');
    expect(output.readKeyValue()).toEqual(['b', '2']);
    expect(output.readKeyValues()).toEqual([
      ['c', '3'],
      ['d', '4'],
    ]);
    expect([output.size, output.isEmpty, output.readValues()]).toEqual([0, true, []]);
    expect(codeOf(() => output.readRecord())).toBe('STATE_INVALID');
    expect(codeOf(() => output.readValue())).toBe('STATE_INVALID');
  });

  it('shows what a table would hold', () => {
    const [input, output] = pipe();
    input.pipeKeyValues([
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
      ['b', null],
    ]);
    expect(output.readTable()).toEqual(new Map([['a', '2']]));
  });

  it('names windowed keys by key and window, and other objects by their JSON', () => {
    const builder = new StreamsBuilder();
    const counts = builder
      .stream('in', { key: serdes.json<{ id: number }>(), value: serdes.string() })
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: 10 }))
      .count();
    counts.toStream().to('windowed');
    counts.toStream((_, { key }) => key).to('flat', { key: serdes.json() });
    const driver = new TopologyTestDriver(builder.build());
    drivers.push(driver);
    const key = serdes.json<{ id: number }>();
    driver.inputTopic('in', { key, value: serdes.string() }).pipe({ id: 7 }, 'x', { timestamp: 12 });
    const value = serdes.long();
    expect(driver.outputTopic('flat', { key, value }).readTable()).toEqual(new Map([['{"id":7}', 1]]));
    const windowed = { key: serdes.timeWindowed(serdes.string(), 10), value };
    expect(driver.outputTopic('windowed', windowed).readTable()).toEqual(new Map([['[{"id":7}@10/20]', 1]]));
  });
});
