import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { LaunchError } from '../../src/local-kafka/launch-error.js';
import { positionsIn } from '../../src/local-kafka/node-positions.js';
import type { KafkaNode } from '../../src/local-kafka/options.js';
import { AnswerReader, textBytes } from '../../src/local-kafka/kafka-request.js';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A broker that answers each request with the next of these bodies, and with the last one for ever. */
async function serve(...bodies: readonly Buffer[]): Promise<string> {
  let asked = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (request) => {
      const body = bodies[Math.min(asked++, bodies.length - 1)]!;
      socket.write(Buffer.concat([int(body.length + 4, 4), request.subarray(8, 12), body]));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function int(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const none = (): Promise<void> => Promise.resolve();
const node = (id: number): KafkaNode => ({
  id,
  address: `127.0.0.1:${id}`,
  isRunning: () => true,
  kill: none,
  start: none,
  pause: none,
  resume: none,
  shutDown: none,
  restart: none,
});
const nodes = [node(1), node(2)];

/** FindCoordinator's answer: error, id, host, port. */
function coordinator(error: number, id: number): Buffer {
  return Buffer.concat([int(error, 2), int(id, 4), textBytes('h'), int(1, 4)]);
}

/** Metadata's answer with one broker and one topic of these partitions. */
function metadata(...partitions: readonly { error: number; id: number; leader: number }[]): Buffer {
  const broker = [int(1, 4), int(1, 4), textBytes('h'), int(1, 4), int(-1, 2)];
  const topic = [int(1, 4), int(0, 2), textBytes('t'), int(0, 1), int(partitions.length, 4)];
  const rows = partitions.map(({ error, id, leader }) =>
    Buffer.concat([int(error, 2), int(id, 4), int(leader, 4), int(2, 4), int(1, 4), int(2, 4), int(1, 4), int(2, 4)]),
  );
  return Buffer.concat([...broker, textBytes('cluster'), int(1, 4), ...topic, ...rows]);
}

it('finds the coordinator once the cluster has chosen one', async () => {
  const address = await serve(coordinator(15, -1), coordinator(0, 2));
  expect(await positionsIn([address], nodes).coordinatorOf('group')).toBe(nodes[1]);
});

it('finds the leader of a partition once there is one', async () => {
  const away = { error: 5, id: 1, leader: -1 };
  const other = { error: 0, id: 0, leader: 2 };
  const address = await serve(metadata(), metadata(other, away), metadata(other, { error: 0, id: 1, leader: 1 }));
  expect(await positionsIn([address], nodes).leaderOf('t', 1)).toBe(nodes[0]);
});

it('asks the next broker when one is down', async () => {
  const address = await serve(coordinator(0, 1));
  expect(await positionsIn(['127.0.0.1:1', address], nodes).coordinatorOf('group')).toBe(nodes[0]);
});

it('says so when nobody tells', async () => {
  const asked = positionsIn(['127.0.0.1:1'], nodes, 150).coordinatorOf('group');
  await expect(asked).rejects.toThrow(LaunchError);
  await expect(asked).rejects.toThrow(/the coordinator of group group is not known after 150 ms: .*ECONNREFUSED/);
});

it('says so when it is a broker that was not started here', async () => {
  const asked = positionsIn([await serve(coordinator(0, 3))], nodes).coordinatorOf('group');
  await expect(asked).rejects.toThrow('the coordinator of group group is on broker 3, which was not started here');
});

it('does not read past the end of an answer', () => {
  expect(() => new AnswerReader(Buffer.concat([int(7, 4), int(9, 2), Buffer.from('short')])).text()).toThrow(
    RangeError,
  );
});
