import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts, isFree } from '../../src/local-kafka/free-ports.js';

it('gives different ports that can be bound', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  const server = createServer().listen(ports[0], '127.0.0.1');
  await once(server, 'listening');
  server.close();
});

it.each(['127.0.0.1', '0.0.0.0'])('knows a port that is taken on %s', async (host) => {
  const [port] = (await freePorts(1)) as [number];
  expect(await isFree(port)).toBe(true);
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  expect(await isFree(port)).toBe(false);
  server.close();
});
