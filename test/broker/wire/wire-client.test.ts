import { describe, expect, it } from 'vitest';
import type { Transport } from '../../../src/broker/transport.js';
import { WireClient } from '../../../src/broker/wire/wire-client.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { NotingHandler, OPTIONS } from './group/fake-coordinator.js';

const READER = { isolation: 'committed', maxBufferedBytes: 1, maxPartitionBytes: 1, maxWaitMs: 1 } as const;
const PRODUCER = {
  name: 'main',
  lingerMs: 0,
  batchBytes: 1,
  maxBufferedBytes: 1,
  compression: 'none',
  deliveryTimeoutMs: 1,
} as const;

/** Notes which roles are opened and closed; one of them may fail to close. */
function fakeOpen(failing?: string) {
  const opened: string[] = [];
  const closed: string[] = [];
  const open = (role: string): Transport => {
    opened.push(role);
    return {
      connect: () => Promise.resolve(),
      request: () => Promise.reject(new Error('no requests here')),
      leaderOf: () => -1,
      partitionCount: () => 0,
      refresh: () => Promise.resolve(),
      coordinatorOf: () => Promise.resolve(1),
      anyNode: () => Promise.resolve(1),
      close: () => {
        closed.push(role);
        return role === failing ? Promise.reject(new Error(`${role} does not close`)) : Promise.resolve();
      },
    };
  };
  return { open, opened, closed };
}

function clientWithAll(failing?: string) {
  const fake = fakeOpen(failing);
  const client = new WireClient(fake.open, silentLogger);
  client.admin();
  client.reader({ ...READER, name: 'main' });
  client.reader({ ...READER, name: 'restore' });
  client.producer(PRODUCER);
  const handler = new NotingHandler();
  client.group(OPTIONS, handler);
  return { ...fake, client, handler };
}

describe('the client', () => {
  it('gives each part connections of its own, none for two', () => {
    const { opened } = clientWithAll();
    expect(new Set(opened).size).toBe(opened.length);
    expect(opened).toEqual(expect.arrayContaining(['admin', 'group-heartbeat', 'group-join']) as unknown);
  });

  it('closes every part, and opens none afterwards', async () => {
    const { client, opened, closed, handler } = clientWithAll();
    await client.close();
    expect([...closed].sort()).toEqual([...opened].sort());
    expect(handler.notes).toEqual([]);
    await client.close();
    expect(closed.length).toBe(opened.length);
    expect(() => client.admin()).toThrow('was closed');
  });

  it('closes the others when one does not close, and says so', async () => {
    const { client, opened, closed } = clientWithAll('admin');
    await expect(client.close()).rejects.toThrow('admin does not close');
    expect([...closed].sort()).toEqual([...opened].sort());
  });
});
