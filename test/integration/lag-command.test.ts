/** `millrace lag` about an application that has been closed, beside what was written since. */
import { afterEach, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { brokers, createTopic, uniqueName } from './kafka.js';

const { start } = applications();

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

async function millrace(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await program().parseAsync(['node', 'millrace', ...args]);
  vi.restoreAllMocks();
  return written.join('');
}

it('tells how many records wait, and ends with 2 above a limit', async () => {
  const input = await createTopic('in');
  const builder = new StreamsBuilder();
  builder.stream(input, { key: serdes.string(), value: serdes.string() }).foreach(() => undefined);
  const applicationId = uniqueName('lagging');
  const streams = start(builder.build(), { applicationId });
  await streams.start();
  await produce(input, [['a', '1']]);
  await until(() => streams.metrics().processed === 1);
  await streams.close();
  await produce(input, [
    ['a', '2'],
    ['a', '3'],
  ]);

  const cluster = ['--brokers', brokers().join(',')];
  const told = JSON.parse(await millrace('lag', applicationId, ...cluster, '--json')) as unknown;
  const partitions = [{ topic: input, partition: 0, committed: 1, end: 3, lag: 2, client: null }];
  expect(told).toEqual({ applicationId, total: 2, partitions });
  expect(process.exitCode).toBeUndefined();
  expect(await millrace('lag', applicationId, ...cluster, '--limit', '1')).toMatch(/\n2 records wait\n$/);
  expect(process.exitCode).toBe(2);
  await expect(millrace('lag', uniqueName('nobody'), ...cluster)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
