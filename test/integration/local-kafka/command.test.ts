import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { probeBroker } from '../../../src/local-kafka/broker-probe.js';
import { freePorts } from '../../../src/local-kafka/free-ports.js';

it('millrace kafka prints the address of a broker and ends it on Ctrl-C', async () => {
  const [port] = (await freePorts(1)) as [number];
  const main = join(import.meta.dirname, '../../../src/cli/main.ts');
  const command = spawn(process.execPath, ['--import', 'tsx', main, 'kafka', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = (await once(createInterface(command.stdout), 'line')) as [string];
  // Where the tests themselves run in a container, Docker's own broker is reached over the bridge, not on 127.0.0.1.
  expect(address).toMatch(new RegExp(`^[\\w.-]+:${port}$`));
  expect(await probeBroker(address, 2_000)).toMatchObject({ ready: true });
  command.kill('SIGINT');
  expect(await once(command, 'exit')).toEqual([0, null]);
  expect((await probeBroker(address, 2_000)).ready).toBe(false);
});
