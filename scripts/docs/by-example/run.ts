/** Runs an example on the test driver, record by record, and keeps what comes out of each. */
import { serdes, StreamsBuilder, type Serde, type Windowed } from '../../../src/index.js';
import { TopologyTestDriver } from '../../../src/testing.js';
import type { Example } from './example.js';

export interface Cell {
  readonly topic: string;
  readonly key: string | null;
  /** As it is written out; null for a deletion. */
  readonly value: string | null;
  /** The window of a windowed key, in seconds. */
  readonly window?: { readonly start: number; readonly end: number; readonly inclusive: boolean };
}

export interface Step {
  /** The time of the record that goes in, in seconds. */
  readonly at: number;
  readonly given: Cell;
  readonly made: readonly Cell[];
}

export interface Run {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly steps: readonly Step[];
}

const APPLICATION = 'by-example';

export async function run({ topology, given, shown, reads = {}, inclusive = false }: Example): Promise<Run> {
  const builder = new StreamsBuilder();
  topology(builder);
  const driver = new TopologyTestDriver(builder.build(), { applicationId: APPLICATION });
  try {
    const steps: Step[] = [];
    const written = (): string[] =>
      driver.producedTopics.filter((topic) => !topic.startsWith(`${APPLICATION}-`)).sort();
    for (const [topic, key, value, at] of given) {
      const serde = typeof value === 'string' ? serdes.string() : serdes.json();
      driver.inputTopic(topic, { key: serdes.string(), value: serde }).pipe(key, value, { timestamp: at * 1_000 });
      await driver.settle();
      const made = (shown ?? written()).flatMap((output) => read(driver, output, reads[output] ?? {}, inclusive));
      steps.push({ at, given: { topic, key, value: value === null ? null : textOf(value) }, made });
    }
    return {
      inputs: [...new Set(given.map(([topic]) => topic))],
      outputs: shown ?? written(),
      steps,
    };
  } finally {
    await driver.close();
  }
}

function read(
  driver: TopologyTestDriver,
  topic: string,
  { key = serdes.string() as Serde<unknown>, value = serdes.string() as Serde<unknown> },
  inclusive: boolean,
): Cell[] {
  return driver
    .outputTopic(topic, { key, value })
    .readRecords()
    .map((record) => {
      const text = record.value === null ? null : textOf(record.value);
      if (!isWindowed(record.key)) return { topic, key: record.key as string | null, value: text };
      const { key: inner, window } = record.key;
      return {
        topic,
        key: inner,
        value: text,
        window: { start: window.start / 1_000, end: window.end / 1_000, inclusive },
      };
    });
}

function isWindowed(key: unknown): key is Windowed<string> {
  return typeof key === 'object' && key !== null && 'window' in key;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
