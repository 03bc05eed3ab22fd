import { afterEach, beforeEach, expect, test } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { millraceMatchers } from '../../../src/testing/matchers/matchers.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import '../../../src/vitest.js';

const words = { key: serdes.string(), value: serdes.string() };
const counts = { key: serdes.string(), value: serdes.long() };

let driver: TopologyTestDriver;
beforeEach(() => {
  const builder = new StreamsBuilder();
  builder
    .stream('words', words)
    .groupBy((word) => word, words)
    .count()
    .toStream()
    .to('counts');
  driver = new TopologyTestDriver(builder.build());
  driver.inputTopic('words', words).pipeValues(['mill', 'race', 'mill']);
});
afterEach(() => driver.close());

test('of the driver they hold for what is left, and take it out', () => {
  const output = driver.outputTopic('counts', counts);
  expect(output).toYieldKeyValues([
    ['mill', 1],
    ['race', 1],
    ['mill', expect.any(Number)],
  ]);
  expect(output).toYieldKeyValues([]);
});

test('values and tables', () => {
  const { producedTopics } = driver;
  expect(producedTopics).toContain('counts');
  expect(driver.outputTopic('counts', counts)).toYieldValues([1, 1, 2]);
  driver.inputTopic('words', words).pipeValues(['mill', 'wheel']);
  expect(driver.outputTopic('counts', counts)).toYieldTable({ mill: 3, wheel: 1 });
  driver.inputTopic('words', words).pipeValues(['mill']);
  expect(driver.outputTopic('counts', counts)).toYieldTable(new Map([['mill', 4]]));
});

test('what differs is told with both', () => {
  const output = driver.outputTopic('counts', counts);
  expect(() => {
    expect(output).toYieldTable({ mill: 2 });
  }).toThrow(/^expected: [^]*"mill": 2,[^]*\nread: {5}[^]*"race": 1,/);
  driver.inputTopic('words', words).pipeValues(['race']);
  expect(output).not.toYieldTable({ race: 1 });
  driver.inputTopic('words', words).pipeValues(['race']);
  expect(() => {
    expect(output).not.toYieldValues([3]);
  }).toThrow('anything but');
});

test('they are for topics only', () => {
  expect(() => {
    expect({ mill: 2 }).toYieldTable({ mill: 2 });
  }).toThrow(/not an output topic of the test driver or a topic of a test kit/);
});

const context = {
  equals: (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other),
  utils: { printExpected: JSON.stringify, printReceived: JSON.stringify },
};

test('that nothing comes to a topic on Kafka is refused', () => {
  const onKafka = { partitions: 1, readTable: () => undefined, readValues: () => undefined };
  expect(() => millraceMatchers.toYieldValues.call(context, onKafka, [])).toThrow(/cannot wait for nothing to come/);
});
