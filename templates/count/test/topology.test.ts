import { serdes } from 'millrace';
import { TopologyTestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { TOPICS, wordCount } from '../src/topology.js';

test('counts words, whatever their case', async () => {
  const driver = new TopologyTestDriver(wordCount());
  const lines = driver.inputTopic(TOPICS.lines, { key: serdes.string(), value: serdes.string() });
  const counts = driver.outputTopic(TOPICS.counts, { key: serdes.string(), value: serdes.long() });

  lines.pipeValues(['The mill', 'the wheel']);

  expect(counts.readKeyValues()).toEqual([
    ['the', 1],
    ['mill', 1],
    ['the', 2],
    ['wheel', 1],
  ]);
  await driver.close();
});
