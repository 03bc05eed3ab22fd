/** `millrace groups` and `millrace lag` about an application that runs, and about another client's group. */
import { afterEach, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

const { start } = applications();

afterEach(() => {
  vi.restoreAllMocks();
});

async function millrace(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync([...args, '--brokers', brokers().join(',')], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}

it('shows the tasks of an application and the partitions of its members', async () => {
  const input = await createTopic('in', { partitions: 2 });
  const builder = new StreamsBuilder();
  builder.stream(input, { key: serdes.string(), value: serdes.string() }).foreach(() => undefined);
  const applicationId = uniqueName('grouped');
  const streams = start(builder.build(), { applicationId });
  await streams.start();
  await streams.whenRunning();
  await produce(input, [['a', '1']], 0);
  await until(async () => (await millrace('lag', applicationId)).includes('\n0 records wait\n'));

  const told = JSON.parse(await millrace('groups', applicationId, '--json')) as unknown;
  expect(told).toMatchObject({
    groupId: applicationId,
    state: 'Stable',
    protocolType: 'consumer',
    protocol: 'millrace',
    members: [{ tasks: ['0_0', '0_1'], partitions: [`${input}-0`, `${input}-1`] }],
    total: 0,
  });
  expect(await millrace('groups', applicationId)).toMatch(/: Stable, .*1 member\n(.*\n)*.* 0_0 0_1 /);
  expect(await millrace('groups')).toMatch(new RegExp(`\n${applicationId} +classic +consumer +Stable\n`));
  await expect(millrace('groups', uniqueName('nobody'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

it('shows what waits for a group of kafkajs, and who reads it', async () => {
  const topic = await createTopic('in');
  const groupId = uniqueName('plain');
  const consumer = plainClient().consumer({ groupId });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const seen: string[] = [];
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        seen.push(message.offset);
      },
    });
    await produce(topic, [
      ['a', '1'],
      ['a', '2'],
    ]);
    await until(() => seen.length === 2);
    await consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]);
    const told = JSON.parse(await millrace('lag', groupId, '--json')) as unknown;
    expect(told).toEqual({
      applicationId: groupId,
      total: 1,
      partitions: [{ topic, partition: 0, committed: 1, end: 2, lag: 1, client: 'witness' }],
    });
    expect(await millrace('groups', groupId)).toMatch(/: Stable, .*assignor RoundRobinAssigner, 1 member\n/);
  } finally {
    await consumer.disconnect();
  }
});
