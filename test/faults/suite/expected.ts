/** What the results are when nothing goes wrong: the same records through the same topology, once, in memory. */
import { setImmediate } from 'node:timers/promises';
import * as millrace from '../../../src/index.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import type { Journal, SeenRecord } from './journal.js';
import { INPUTS, OUTPUTS, PARTITIONS, type InputName, type OutputName, type SuiteTopics } from './order.js';
import { CLOSING, suiteTopology } from './topology.js';

/** Values of each key, in their order. */
export type Values = ReadonlyMap<string, readonly string[]>;
export type Results = Readonly<Record<OutputName, Values>>;

/** These take records of all partitions of their inputs together; the others are results of one partition each. */
const MIXED: readonly OutputName[] = ['groups', 'foreign'];
const INPUTS_OF_MIXED: readonly InputName[] = ['clicks', 'orders', 'products'];
/** The networks of the instances are in this process, too. */
const AT_ONCE = 20;
const { serdes } = millrace;
const strings = { key: serdes.string(), value: serdes.string() };

export async function expectedResults(journal: Journal, topics: SuiteTopics): Promise<Results> {
  const results = Object.fromEntries(OUTPUTS.map((name) => [name, new Map<string, string[]>()])) as Record<
    OutputName,
    Map<string, string[]>
  >;
  const run = async (inputs: readonly SeenRecord[], outputs: readonly OutputName[]): Promise<void> => {
    const driver = new TopologyTestDriver(suiteTopology(millrace, topics), {
      stateStoreCacheMaxBytes: 0,
      commit: 'manual',
    });
    const open = new Map(INPUTS.map((name) => [topics[name], driver.inputTopic(topics[name], strings)]));
    for (const [i, { topic, key, value, timestamp }] of inputs.entries()) {
      open.get(topic)?.pipe(key, value, { timestamp });
      if (i % AT_ONCE === 0) await setImmediate();
    }
    driver.commit();
    for (const name of outputs) {
      for (const { key, value } of driver.outputTopic(topics[name], strings).readRecords()) {
        addTo(results[name], key, value);
      }
    }
    await driver.close();
  };
  const alone = OUTPUTS.filter((name) => !MIXED.includes(name));
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await run(inOrderOfTime(INPUTS.map((name) => journal.partition(topics[name], partition))), alone);
  }
  await run(inOrderOfTime(INPUTS_OF_MIXED.map((name) => journal.all(topics[name]))), MIXED);
  return results;
}

/** What was seen of the outputs. */
export function seenResults(journal: Journal, topics: SuiteTopics): Results {
  return Object.fromEntries(
    OUTPUTS.map((name) => {
      const values = new Map<string, string[]>();
      for (const { key, value } of journal.all(topics[name])) addTo(values, key, value);
      return [name, values];
    }),
  ) as unknown as Results;
}

/** Values of each key of an input. */
export function inputValues(journal: Journal, topic: string): Values {
  const values = new Map<string, string[]>();
  for (const { key, value } of journal.all(topic)) addTo(values, key, value);
  return values;
}

function addTo(values: Map<string, string[]>, key: string | null, value: string | null): void {
  // What belongs to closing records is not looked at: which of them come last is no result.
  if (key === null || value === null || key.startsWith(CLOSING)) return;
  const known = values.get(key);
  if (known === undefined) values.set(key, [value]);
  else known.push(value);
}

/** Merges logs by time; each stays in its own order. */
function inOrderOfTime(logs: readonly (readonly SeenRecord[])[]): SeenRecord[] {
  const next = logs.map(() => 0);
  const merged: SeenRecord[] = [];
  for (;;) {
    let first: SeenRecord | undefined;
    let from = 0;
    for (const [i, log] of logs.entries()) {
      const record = log[next[i]!];
      if (record !== undefined && (first === undefined || record.timestamp < first.timestamp)) {
        first = record;
        from = i;
      }
    }
    if (first === undefined) return merged;
    merged.push(first);
    next[from] = next[from]! + 1;
  }
}
