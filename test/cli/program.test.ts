import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';

const runKafka = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock('../../src/cli/kafka-command.js', () => ({ runKafka }));

beforeEach(() => {
  runKafka.mockClear();
});

/** Runs the command line; gives what it wrote to standard error. */
async function run(...args: string[]): Promise<string> {
  let written = '';
  const millrace = program();
  for (const command of [millrace, ...millrace.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => (written += text) });
  }
  await millrace.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error;
  });
  return written;
}

it('tells its version', async () => {
  let told = '';
  const millrace = program();
  millrace.exitOverride().configureOutput({ writeOut: (text) => (told += text) });
  await expect(millrace.parseAsync(['--version'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(told).toBe(`${version}\n`);
});

/** Commands that do something, by their names. */
function leaves(command: Command, names: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[names.join(' '), command]];
  return command.commands.flatMap((one) => leaves(one, [...names, one.name()]));
}

describe('each command', () => {
  it.each(leaves(program()))('%s has examples, exit codes, and gives JSON', (name, command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    expect(help).toMatch(new RegExp(`\nExamples:\n(.*\n)*.*millrace ${name.split(' ')[0]!}`));
    expect(help).toContain(`millrace ${name}`);
    expect(help).toContain('Exit codes: 0');
    expect(help).toMatch(/ --json /);
    // A terminal of 80 columns; examples are longer where a line must not be broken.
    expect(
      help
        .split('\nExamples:')[0]!
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});

describe('millrace kafka', () => {
  it('asks for nothing special by itself', async () => {
    await run('kafka');
    expect(runKafka).toHaveBeenCalledWith({});
  });

  it('passes its options on', async () => {
    await run('kafka', '-p', '9092', '--use', 'java', '--kafka-version', '4.2.0', '--property', 'a=1', 'b=x=y');
    expect(runKafka).toHaveBeenCalledWith({
      port: 9092,
      use: 'java',
      version: '4.2.0',
      properties: { a: '1', b: 'x=y' },
    });
  });

  it('tells the address as JSON', async () => {
    await run('kafka', '--json');
    expect(runKafka).toHaveBeenCalledWith({ json: true });
  });

  it('keeps data in a folder', async () => {
    await run('kafka', '--keep-data', '.kafka');
    expect(runKafka).toHaveBeenCalledWith({ dataDir: '.kafka' });
  });

  it.each([
    [['--port', 'x'], /A port is a whole number from 1 to 65535/],
    [['--port', '70000'], /A port is a whole number from 1 to 65535/],
    [['--use', 'podman'], /It is docker or java/],
    [['--property', 'a'], /A property is name=value/],
    [['--colour'], /unknown option '--colour'/],
  ])('refuses %j', async (args, message) => {
    expect(await run('kafka', ...args)).toMatch(message);
    expect(runKafka).not.toHaveBeenCalled();
  });
});
