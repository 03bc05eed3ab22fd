import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probeBroker, probeSocket, untilReady } from '../../src/local-kafka/broker-probe.js';
import { freePorts } from '../../src/local-kafka/free-ports.js';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: (socket: Socket, request: Buffer) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (request) => {
      answer(socket, request);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A Metadata answer as far as the probe reads it: length, correlation id, brokers with rack or without, cluster id. */
function metadata(request: Buffer, brokers: number, clusterId = 'ours'): Buffer {
  const number = (value: number, bytes: number): Buffer => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeIntBE(value, 0, bytes);
    return buffer;
  };
  const text = (value: string): Buffer => Buffer.concat([number(value.length, 2), Buffer.from(value)]);
  const parts = [request.subarray(8, 12), number(brokers, 4)];
  for (let id = 0; id < brokers; id++) {
    parts.push(number(id, 4), text('somewhere'), number(9092, 4), id === 0 ? number(-1, 2) : text('rack'));
  }
  const body = Buffer.concat([...parts, text(clusterId)]);
  return Buffer.concat([number(body.length, 4), body]);
}

/** An answer that ends in the middle, its length being right. */
function cut(answer: Buffer): Buffer {
  const shorter = Buffer.from(answer.subarray(0, 20));
  shorter.writeInt32BE(shorter.length - 4, 0);
  return shorter;
}

describe('probeBroker', () => {
  it('finds a broker that names a live broker, whatever way its bytes are split', async () => {
    const address = await serve((socket, request) => {
      const answer = metadata(request, 2);
      socket.write(answer.subarray(0, 3));
      setImmediate(() => socket.write(answer.subarray(3)));
    });
    expect(await probeBroker(address, 2_000)).toEqual({ ready: true, clusterId: 'ours', nodeIds: [0, 1] });
  });

  it.each([
    ['knows no live broker', (socket: Socket, request: Buffer) => socket.write(metadata(request, 0))],
    ['does not speak', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['does not speak', (socket: Socket) => socket.write(Buffer.from([0, 0, 0, 8, 9, 9, 9, 9, 0, 0, 0, 1]))],
    ['does not speak', (socket: Socket, request: Buffer) => socket.write(cut(metadata(request, 1)))],
    ['closed the connection', (socket: Socket) => socket.end()],
    ['did not answer within 200 ms', () => undefined],
  ])('says when it %s', async (reason, answer) => {
    const address = await serve(answer);
    const result = await probeBroker(address, 200);
    expect(result).toEqual({ ready: false, reason: expect.stringContaining(reason) as string });
  });

  it.each(['nonsense', 'host:', ':9092', 'host:70000'])('refuses the address %s', async (address) => {
    expect(await probeBroker(address, 200)).toEqual({ ready: false, reason: `${address} is not host:port` });
  });

  it('says when nobody listens', async () => {
    const [port] = await freePorts(1);
    const result = await probeBroker(`127.0.0.1:${port ?? 0}`, 2_000);
    expect(result).toEqual({ ready: false, reason: expect.stringContaining('ECONNREFUSED') as string });
  });
});

it('probeSocket asks for no more than a connection', async () => {
  expect(await probeSocket(await serve(() => undefined), 2_000)).toEqual({
    ready: true,
    clusterId: undefined,
    nodeIds: [],
  });
});

describe('untilReady', () => {
  it('waits for the broker', async () => {
    let brokers = 0;
    const address = await serve((socket, request) => socket.write(metadata(request, brokers++)));
    expect(await untilReady(address, 'ours', 10_000, () => undefined)).toEqual({
      ready: true,
      clusterId: 'ours',
      nodeIds: [0],
    });
    expect(brokers).toBe(2);
  });

  it('does not take another cluster for the one that was started', async () => {
    let asked = 0;
    const address = await serve((socket, request) => {
      socket.write(metadata(request, 1, ++asked < 3 ? 'theirs' : 'ours'));
    });
    expect(await untilReady(address, 'ours', 10_000, () => undefined)).toEqual({
      ready: true,
      clusterId: 'ours',
      nodeIds: [0],
    });
    expect(asked).toBe(3);
    const result = await untilReady(address, 'another', 150, () => undefined);
    expect(result).toEqual({ ready: false, reason: expect.stringContaining('another Kafka answers') as string });
  });

  it('waits until the broker knows the others', async () => {
    let brokers = 0;
    const address = await serve((socket, request) => socket.write(metadata(request, ++brokers)));
    const result = await untilReady(address, 'ours', 10_000, () => undefined, [0, 2]);
    expect(result).toEqual({ ready: true, clusterId: 'ours', nodeIds: [0, 1, 2] });
    expect(await untilReady(address, 'ours', 150, () => undefined, [0, 77])).toEqual({
      ready: false,
      reason: expect.stringContaining(`${address} does not know broker 77 yet`) as string,
    });
  });

  it('ends when the process has', async () => {
    const address = await serve((socket, request) => socket.write(metadata(request, 0)));
    let asked = 0;
    const result = await untilReady(address, 'ours', 10_000, () => (++asked === 2 ? 'it died' : undefined));
    expect(result).toEqual({ ready: false, reason: 'it died' });
  });

  it('ends after its time with the last reason', async () => {
    const address = await serve((socket, request) => socket.write(metadata(request, 0)));
    const result = await untilReady(address, 'ours', 150, () => undefined);
    expect(result).toEqual({
      ready: false,
      reason: expect.stringMatching(/not ready after 150 ms: .* no live/) as string,
    });
  });
});
