/** `millrace dlq` on the letters of an application: counted, shown, and replayed once the cause is mended. */
import { afterEach, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { brokers, createTopic, plainClient, readValues, uniqueName } from './kafka.js';

const { start } = applications();

afterEach(() => {
  vi.restoreAllMocks();
});

async function dlq(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['dlq', ...args, '--brokers', brokers().join(',')], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}

function topology(input: string, output: string, isMended: () => boolean) {
  const text = { key: serdes.string(), value: serdes.string() };
  const builder = new StreamsBuilder();
  builder
    .stream(input, text)
    .mapValues(
      (value) => {
        if (!isMended() && value.startsWith('bad')) throw new TypeError(`no price in ${value}`);
        return value.toUpperCase();
      },
      { name: 'prices' },
    )
    .to(output, text);
  return builder.build();
}

it('counts letters, shows one, and brings records back to where they were', async () => {
  const input = await createTopic('in', { partitions: 2 });
  const output = await createTopic('out');
  const dead = await createTopic('dead');
  let mended = false;
  const streams = start(
    topology(input, output, () => mended),
    {
      applicationId: uniqueName('letters'),
      errors: { then: 'deadLetter', deadLetterTopic: dead },
    },
  );
  await streams.start();
  const producer = plainClient().producer();
  await producer.connect();
  const headers = { trace: 'id-7' };
  await producer.send({
    topic: input,
    messages: [{ partition: 1, key: 'a', value: 'bad 1', timestamp: '1000', headers }],
  });
  await producer.disconnect();
  await produce(input, [['b', 'good']]);
  await until(() => streams.metrics().deadLetters === 1);
  await until(async () => (await dlq('ls', dead)).includes('1 dead letters'));

  expect(JSON.parse(await dlq('ls', dead, '--json'))).toMatchObject([
    { reason: 'TypeError', node: 'prices', topic: input, count: 1, message: 'no price in bad 1', last: '0-0' },
  ]);
  const shown = await dlq('show', dead, '0-0');
  expect(shown).toMatch(new RegExp(`read from +${input}-1-0\n`));
  expect(shown).toMatch(/value +bad 1\n/);
  expect(await dlq('show', dead, '0-0', '--no-values')).not.toContain('id-7');
  await expect(dlq('show', dead, '0-9')).rejects.toThrow(`there is no record at 0-9 of ${dead}`);

  expect(await dlq('replay', dead)).toBe(`Nothing is done yet; --execute does it. To be replayed:\n  1 to ${input}\n`);
  expect(JSON.parse(await dlq('replay', dead, '--node', 'other', '--json', '--execute'))).toMatchObject({ to: {} });
  mended = true;
  expect(await dlq('replay', dead, '--reason', 'TypeError', '--execute')).toBe(`Replayed:\n  1 to ${input}\n`);
  expect((await readValues(brokers(), output, 2)).sort()).toEqual(['BAD 1', 'GOOD']);
  const replayed = JSON.parse(await peek(input)) as { records: object[] };
  expect(replayed.records).toContainEqual({
    partition: 1,
    offset: 1,
    timestamp: 1_000,
    key: 'a',
    value: 'bad 1',
    headers,
  });
  await expect(dlq('replay', dead, '--to', dead)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

async function peek(topic: string): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['topic', 'peek', topic, '--json', '--brokers', brokers().join(',')], { from: 'user' });
  vi.restoreAllMocks();
  return written.join('');
}
