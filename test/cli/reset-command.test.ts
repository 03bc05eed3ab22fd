import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { addResetCommand } from '../../src/cli/reset-command.js';

const seen = vi.hoisted(() => ({ requests: [] as unknown[], kafka: [] as unknown[] }));
vi.mock('../../src/broker/kafkajs/connect.js', () => ({
  connectKafka: (kafka: unknown) => {
    seen.kafka.push(kafka);
    return { admin: () => ({}), groupAdmin: () => ({}), close: () => Promise.resolve() };
  },
}));
vi.mock('../../src/reset/reset-plan.js', () => ({
  planReset: (request: unknown) => {
    seen.requests.push(request);
    return Promise.resolve({ members: [], offsets: [], internalTopics: [], stateFolder: null });
  },
}));

async function run(...args: string[]): Promise<{ errors: string; request: unknown; kafka: unknown }> {
  let errors = '';
  const millrace = new Command();
  addResetCommand(millrace);
  for (const one of [millrace, ...millrace.commands]) {
    one.exitOverride().configureOutput({ writeErr: (text) => (errors += text) });
  }
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await millrace.parseAsync(['reset', 'app', ...args], { from: 'user' }).catch((error: unknown) => {
    errors ||= String(error);
  });
  return { errors, request: seen.requests.pop(), kafka: seen.kafka.pop() };
}

test('by itself: all inputs from the earliest record, state where the application has it', async () => {
  vi.stubEnv('KAFKA_BROKERS', undefined);
  const { request, kafka } = await run();
  expect(request).toEqual({ applicationId: 'app', to: 'earliest' });
  expect(kafka).toEqual({ clientId: 'millrace', brokers: ['localhost:9092'] });
  vi.unstubAllEnvs();
});

test.each([
  [['--to-latest'], { to: 'latest' }],
  [['--to-datetime', '2026-05-01T10:00:00Z'], { to: { time: Date.UTC(2026, 4, 1, 10) } }],
  [
    ['--input-topics', 'a, b', '--internal-topics', 'app-c-changelog'],
    { inputTopics: ['a', 'b'], internalTopics: ['app-c-changelog'] },
  ],
  [['--to-offset', '42'], { to: { offset: 42 } }],
  [['--shift-by', '100'], { to: { shiftBy: 100 } }],
  [['--shift-by=-100'], { to: { shiftBy: -100 } }],
  [['--shift-by', '-100'], { to: { shiftBy: -100 } }],
  [['--no-state'], { stateDir: null }],
  [['--state-dir', '/s'], { stateDir: '/s' }],
])('%s', async (args, expected) => {
  expect((await run(...args)).request).toMatchObject(expected);
});

test('by duration: that long before now', async () => {
  const { request } = await run('--by-duration', '90m');
  const { time } = (request as { to: { time: number } }).to;
  expect(Math.abs(Date.now() - 90 * 60_000 - time)).toBeLessThan(60_000);
});

test('from a file: the offsets that it names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-reset-'));
  const file = join(folder, 'offsets.csv');
  writeFileSync(file, 'orders,0,42\n');
  expect((await run('--from-file', file)).request).toMatchObject({
    to: { offsets: [{ topic: 'orders', partition: 0, offset: 42 }] },
  });
  expect((await run('--from-file', join(folder, 'none.csv'))).errors).toContain('It cannot be read: ENOENT');
  expect((await run('--from-file', file, '--to-latest')).errors).toContain('cannot be used with');
  rmSync(folder, { recursive: true });
});

test('what contradicts itself or cannot be read is refused', async () => {
  expect((await run('--to-latest', '--to-earliest')).errors).toContain('cannot be used with');
  expect((await run('--to-datetime', 'yesterday')).errors).toContain('It is a time such as');
  expect((await run('--to-offset', '-1')).errors).toContain('It is an offset, 0 or more.');
  expect((await run('--shift-by', '1.5')).errors).toContain('It is a number of records');
  expect((await run('--by-duration', 'P1D')).errors).toContain('--by-duration');
  expect((await run('--brokers', 'kafka://here:1')).errors).toContain('write here:1, without kafka://');
});

test('what else the cluster takes comes from a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-reset-'));
  const file = join(folder, 'kafka.json');
  writeFileSync(file, '{ "ssl": true }');
  expect((await run('--kafka', file, '--brokers', 'a:1,b:2')).kafka).toMatchObject({
    brokers: ['a:1', 'b:2'],
    ssl: true,
  });
  expect((await run('--kafka', join(folder, 'none.json'))).errors).toContain('none.json cannot be read as JSON');
  rmSync(folder, { recursive: true });
});
