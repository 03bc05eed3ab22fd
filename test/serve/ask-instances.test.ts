import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { InstanceMetadata } from '../../src/observe/instance-metadata.js';
import { askInstances } from '../../src/serve/ask-instances.js';
import { plainTransport } from '../../src/serve/instance-transport.js';
import { serve, type RunningServer } from '../../src/serve/server.js';
import { TestApplication } from './served-application.js';

const TOKEN = 'correct-horse-battery';
const TRANSPORT = plainTransport();
const open: (Server | RunningServer)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) {
    if ('closeAllConnections' in one) one.closeAllConnections();
    await one.close();
  }
});

/** As the group knows it. */
function known(host: string | null, isHere = false): InstanceMetadata {
  return { host, isHere, tasks: ['0_9'], partitions: [], stores: [], lags: null };
}

async function listen(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

it('gives what each of the others says of itself, and of this one what is known', async () => {
  const application = new TestApplication();
  const server = await serve(application, { port: 0, token: TOKEN });
  open.push(server);
  const host = new URL(server.url).host;
  const [itself] = application.metadata();
  expect(await askInstances([known('here:1', true), known(host)], TRANSPORT, TOKEN)).toEqual([
    { ...known('here:1', true), problem: null },
    { ...itself, host, isHere: false, problem: null },
  ]);
  expect(await askInstances([known(host)], TRANSPORT, null)).toEqual([
    { ...known(host), problem: 'it answered with status 401' },
  ]);
});

it.each<[string, RequestListener, string]>([
  ['says nothing', () => undefined, 'it has not answered within 100 ms (timeout)'],
  [
    'stops in the midst',
    (_, reply) => void reply.write('{"instances":'),
    'it has not answered within 100 ms (timeout)',
  ],
  ['says what is no JSON', (_, reply) => reply.end('{'), 'it answered what is no JSON'],
  ['has no lags', (_, reply) => reply.end('{"instances":[{"isHere":true,"tasks":[]}]}'), 'it says of itself what is not understood here: is it of another version of Millrace?'], // prettier-ignore
  ['says too much', (_, reply) => reply.end(Buffer.alloc(5_000_000)), 'it answered with more than 4194304 bytes'],
])('keeps what is known of one that %s, and says why', async (_, answers, problem) => {
  const host = await listen(answers);
  const timeout = problem.includes('timeout') ? 100 : 60_000;
  expect(await askInstances([known(host)], TRANSPORT, TOKEN, { timeout })).toEqual([{ ...known(host), problem }]);
});

it('takes no option that there is not', async () => {
  await expect(askInstances([], TRANSPORT, null, { timeOut: 5 } as object)).rejects.toThrow('timeOut');
});
