/** `millrace reset` beside Kafka's own tool: both leave the same, and the application begins anew. */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runReset } from '../../src/cli/reset-command.js';
import { serdes, StreamsBuilder, type Topology } from '../../src/index.js';
import { offsetsIn, type ResetTarget } from '../../src/reset/reset-targets.js';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { kafkaJars } from '../../src/local-kafka/kafka-jars.js';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import { startTestKit, type TestKit } from '../../src/testing.js';
import '../../src/vitest.js';
import { administration, until } from './application-fixture.js';
import { brokers } from './kafka.js';

const WAIT_MS = 120_000;
const words = { key: serdes.string(), value: serdes.string() };
const counts = { key: serdes.string(), value: serdes.long() };
const look = { execute: false, force: false, json: true };
const doIt = { execute: true, force: false, json: false };
const admin = administration();

function wordCount(from: string, to: string): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(from, words)
    .groupBy((word) => word, words)
    .count({ store: 'counted' })
    .toStream()
    .to(to);
  return builder.build();
}

/** Committed offsets and topics of an application, with its id left out. */
async function whatIsLeft(applicationId: string): Promise<{ topics: string[]; offsets: unknown }> {
  const topics = (await admin().listTopics()).filter((topic) => topic.startsWith(applicationId)).sort();
  const offsets = await admin().fetchOffsets({ groupId: applicationId });
  return JSON.parse(JSON.stringify({ topics, offsets }).replaceAll(applicationId, 'app')) as Awaited<
    ReturnType<typeof whatIsLeft>
  >;
}

async function ran(kit: TestKit): Promise<{ input: string; output: string; id: string }> {
  const input = await kit.freshTopic('words', { ...words, partitions: 2 });
  const output = await kit.freshTopic('counts', counts);
  const at = (minute: number): object => ({ partition: minute % 2, timestamp: 1_000_000 + minute * 60_000 });
  await input.pipeRecords(['mill', 'race', 'mill'].map((value, i) => ({ value, ...at(i) })));
  const id = kit.fresh('reset');
  const streams = await kit.run(wordCount(input.name, output.name), { applicationId: id });
  await expect(output).toYieldTable({ mill: 2, race: 1 });
  await streams.close();
  return { input: input.name, output: output.name, id };
}

test('shows what it would do, does it when told, and the application begins anew', { timeout: WAIT_MS }, async () => {
  await using kit = await startTestKit({ kafka: { brokers: brokers() } });
  const { input, id } = await ran(kit);
  const request = { applicationId: id, to: 'earliest', stateDir: kit.stateDir } as const;
  const before = await whatIsLeft(id);

  const plan = JSON.parse(await runReset(kit.kafka, request, look)) as Record<string, unknown>;
  expect(plan).toEqual({
    executed: false,
    applicationId: id,
    members: [],
    offsets: [0, 1].map((partition) => ({ topic: input, partition, from: expect.any(Number) as number, to: 0 })),
    internalTopics: [`${id}-counted-changelog`, `${id}-counted-repartition`],
    stateFolder: join(kit.stateDir, id),
  });
  expect(await whatIsLeft(id)).toEqual(before);
  // The third record is the only one at or after this time; where there is none, the end it is.
  const later = JSON.parse(await runReset(kit.kafka, { ...request, to: { time: 1_120_000 } }, look)) as {
    offsets: { from: number; to: number }[];
  };
  expect(later.offsets.reduce((sum, { from, to }) => sum + from - to, 0)).toBe(1);

  expect(await runReset(kit.kafka, request, doIt)).toContain(`Reset of application ${id}: done.`);
  expect(existsSync(join(kit.stateDir, id))).toBe(false);
  expect((await whatIsLeft(id)).topics).toEqual([]);

  const again = await kit.freshTopic('counts', counts);
  const streams = await kit.run(wordCount(input, again.name), { applicationId: id });
  await expect(again).toYieldTable({ mill: 2, race: 1 });

  // It runs: it is left alone, but shown.
  await expect(runReset(kit.kafka, request, doIt)).rejects.toThrow(/still runs: its group has 1 members/);
  expect(await runReset(kit.kafka, request, { ...look, json: false })).toMatch(
    /Members of the group, to be ended before:\n {2}reset-/,
  );
  // Thrown out is not ended: this machine's state is in use.
  await expect(runReset(kit.kafka, request, { ...doIt, force: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await streams.close();
});

test('topics that do not exist, or are not its own, are refused', async () => {
  await using kit = await startTestKit({ kafka: { brokers: brokers() } });
  const input = await kit.freshTopic('words', words);
  const request = { applicationId: kit.fresh('reset'), to: 'earliest', stateDir: kit.stateDir } as const;
  await expect(runReset(kit.kafka, { ...request, inputTopics: ['none'] }, doIt)).rejects.toMatchObject({
    code: 'TOPIC_MISSING',
  });
  await expect(runReset(kit.kafka, { ...request, internalTopics: [input.name] }, doIt)).rejects.toThrow(
    /is no internal topic of application .*; it has none/,
  );
  expect(await admin().listTopics()).toContain(input.name);
});

test("leaves what Kafka's own tool leaves", { timeout: 3 * WAIT_MS }, async (context) => {
  const java = await findProgram('java', ['JAVA_HOME']);
  if (java === undefined) return context.skip('there is no Java');
  await using kit = await startTestKit({ kafka: { brokers: brokers() } });
  const [theirs, ours] = [await ran(kit), await ran(kit)];

  const jars = await kafkaJars(KAFKA_VERSION, () => undefined);
  const tool = [
    '-Xshare:auto',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(jars, '*'),
    'org.apache.kafka.tools.StreamsResetter',
    '--bootstrap-server',
    brokers().join(','),
  ];
  await promisify(execFile)(java, [...tool, '--application-id', theirs.id, '--input-topics', theirs.input]);
  await runReset(kit.kafka, { applicationId: ours.id, to: 'earliest', stateDir: null }, doIt);

  // Brokers take their time to forget what was committed of topics that are deleted.
  await until(async () => (await admin().fetchOffsets({ groupId: theirs.id })).length === 1);
  const left = await whatIsLeft(theirs.id);
  expect(left.topics).toEqual([]);
  expect(JSON.parse(JSON.stringify(left).replaceAll(theirs.input, ours.input))).toEqual(await whatIsLeft(ours.id));

  // The first partition has two records, the second one: offsets that there are not are made ones that there are.
  const file = join(kit.stateDir, 'offsets.csv');
  const text = `${theirs.input},0,1\n${theirs.input},1,7\n`;
  writeFileSync(file, text);
  const targets: [string[], ResetTarget][] = [
    [['--to-offset', '2'], { offset: 2 }],
    [['--shift-by', '1'], { shiftBy: 1 }],
    [['--from-file', file], { offsets: offsetsIn(text, file) }],
  ];
  const found = targets.map(async ([flags, to]) => {
    const args = ['--application-id', theirs.id, '--input-topics', theirs.input, '--dry-run', ...flags];
    const { stdout } = await promisify(execFile)(java, [...tool, ...args]);
    const lines = [...stdout.matchAll(/Topic: (\S+) Partition: (\d+) Offset: (\d+)/g)];
    const expected = lines.map(([, topic, partition, offset]) => [topic, Number(partition), Number(offset)]).sort();
    const told = await runReset(kit.kafka, { applicationId: theirs.id, to, stateDir: null }, look);
    const { offsets } = JSON.parse(told) as { offsets: { topic: string; partition: number; to: number }[] };
    expect(expected).toHaveLength(2);
    expect(offsets.map((one) => [one.topic, one.partition, one.to])).toEqual(expected);
    return offsets.map((one) => one.to);
  });
  expect(await Promise.all(found)).toEqual([
    [2, 1],
    [1, 1],
    [1, 1],
  ]);
});
