import { serdes, type TimestampedKeyValueStore } from 'millrace';
import { TopologyTestDriver } from 'millrace/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXPECTED, LINES } from '../../../examples/01-word-count/lines.js';
import { STORE, wordCount } from '../../../examples/01-word-count/topology.js';

const topics = { lines: 'lines', counts: 'counts' };
const text = { key: serdes.string(), value: serdes.string() };

describe('word count', () => {
  let driver: TopologyTestDriver;

  beforeEach(() => {
    driver = new TopologyTestDriver(wordCount(topics));
  });
  afterEach(async () => {
    await driver.close();
  });

  test('emits the new count of each word of a line', () => {
    const lines = driver.inputTopic(topics.lines, text);
    const counts = driver.outputTopic(topics.counts, { key: serdes.string(), value: serdes.long() });

    lines.pipe(null, 'Round and round');
    expect(counts.readKeyValues()).toEqual([
      ['round', 1],
      ['and', 1],
      ['round', 2],
    ]);

    lines.pipe(null, 'and round!');
    expect(counts.readKeyValues()).toEqual([
      ['and', 2],
      ['round', 3],
    ]);
  });

  test('counts the lines of the example as its check expects', () => {
    const lines = driver.inputTopic(topics.lines, text);
    for (const line of LINES) lines.pipe(null, line);

    const store = driver.store<TimestampedKeyValueStore<string, number>>(STORE);
    expect(new Map([...EXPECTED.keys()].map((word) => [word, store.get(word)?.value]))).toEqual(EXPECTED);
    const table = driver.outputTopic(topics.counts, { key: serdes.string(), value: serdes.long() }).readTable();
    expect(table).toEqual(EXPECTED);
  });

  test('groups by word through a repartition topic', () => {
    const lines = driver.inputTopic(topics.lines, text);
    lines.pipe(null, 'water');
    expect(driver.producedTopics.sort()).toEqual(['counts', `test-${STORE}-changelog`, `test-${STORE}-repartition`]);
  });
});
