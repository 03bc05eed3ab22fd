import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kafkajsTransports } from '../../../src/broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../../src/broker/kafkajs/kafka-options.js';
import type { Transport, WireRequest } from '../../../src/broker/transport.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { API, FakeBroker } from './fake-broker.js';

let broker: FakeBroker;
const opened: Transport[] = [];

beforeEach(async () => {
  broker = await FakeBroker.start();
});
afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
  await broker.stop();
});

function transportTo(options: Partial<KafkaOptions> = {}): Transport {
  const transport = kafkajsTransports({ brokers: [broker.address], ...options }, silentLogger)('test');
  opened.push(transport);
  return transport;
}

const echo = (text: string, more: Partial<WireRequest> = {}): WireRequest => ({
  apiKey: API.Heartbeat,
  apiVersion: 3,
  apiName: 'Heartbeat',
  body: Buffer.from(text),
  ...more,
});
const fetchOf = (text: string): WireRequest => echo(text, { apiKey: API.Fetch, apiName: 'Fetch' });

describe('requests', () => {
  it('carry the client id of the role, and bring back the body', async () => {
    const transport = transportTo({ clientId: 'shop' });
    expect(String(await transport.request(1, echo('hello')))).toBe('hello');
    expect(broker.of(API.Heartbeat)[0]).toMatchObject({ clientId: 'shop-test', apiVersion: 3 });
  });

  it('add and take off what flexible versions have more in their headers', async () => {
    const transport = transportTo();
    expect(String(await transport.request(1, echo('hello', { flexible: true })))).toBe('hello');
    expect(broker.of(API.Heartbeat)[0]?.body).toEqual(Buffer.from('\0hello'));
  });

  it('arrive in the order of the calls, from the first one on', async () => {
    const transport = transportTo();
    const names = Array.from({ length: 40 }, (_, n) => String(n));
    const first = names.slice(0, 20).map((name) => transport.request(1, echo(name)));
    await first[0];
    const second = names.slice(20).map((name) => transport.request(1, echo(name)));
    expect((await Promise.all([...first, ...second])).map(String)).toEqual(names);
    expect(broker.of(API.Heartbeat).map(({ body }) => String(body))).toEqual(names);
    expect(broker.opened).toBe(1);
  });

  it('pass a parked fetch; fetches share one connection from the first on', async () => {
    broker.replies[API.Fetch] = () => 'hang';
    const transport = transportTo();
    for (const name of ['a', 'b', 'c']) transport.request(1, fetchOf(name)).catch(() => undefined);
    expect(String(await transport.request(1, echo('passed')))).toBe('passed');
    await vi.waitFor(() => {
      expect(broker.of(API.Fetch).map(({ body }) => String(body))).toEqual(['a', 'b', 'c']);
    });
    expect(broker.opened).toBe(2);
  });

  it('are taken back with their connection when they are given up: nothing of them is delivered later', async () => {
    broker.replies[API.Heartbeat] = () => 'hang';
    const transport = transportTo();
    await expect(transport.request(1, echo('x', { timeoutMs: 100 }))).rejects.toMatchObject({ class: 'retriable' });
    await vi.waitFor(() => expect(broker.resets).toBe(1));
    broker.replies = {};
    await transport.request(1, echo('y'));
    await transport.close();
    await vi.waitFor(() => expect(broker.open).toBe(0));
    // One that has nothing under way is closed as usual.
    expect(broker.resets).toBe(1);
  });

  it('are not sent in a version that the broker does not speak', async () => {
    const transport = transportTo();
    await transport.connect();
    await expect(transport.request(1, echo('x', { apiVersion: 10 }))).rejects.toMatchObject({
      class: 'fatal',
      kafkaCode: 35,
      message: expect.stringContaining('Heartbeat in versions 0 to 9, Millrace needs version 10') as string,
    });
    expect(broker.of(API.Heartbeat)).toEqual([]);
  });
});

describe('answers to Fetch that are given back', () => {
  const large = (letter: string): Buffer => Buffer.alloc(100_000, letter);

  it('are written over by later ones, those that are in use are not', async () => {
    broker.replies[API.Fetch] = ({ body }) => large(String(body));
    const transport = transportTo();
    const [a, b] = [await transport.request(1, fetchOf('a')), await transport.request(1, fetchOf('b'))];
    expect(b.buffer).not.toBe(a.buffer);
    transport.reuse?.(a);
    const c = await transport.request(1, fetchOf('c'));
    expect(c.buffer).toBe(a.buffer);
    expect([b.equals(large('b')), c.equals(large('c'))]).toEqual([true, true]);
  });

  it('stay as they are while the answers to all other requests come', async () => {
    broker.replies[API.Fetch] = broker.replies[API.Heartbeat] = ({ body }) => large(String(body));
    const transport = transportTo();
    const fetched = await transport.request(1, fetchOf('a'));
    transport.reuse?.(fetched);
    const other = await transport.request(1, echo('b'));
    transport.reuse?.(other);
    expect(other.buffer).not.toBe(fetched.buffer);
    expect((await transport.request(1, echo('c'))).buffer).not.toBe(other.buffer);
    expect(fetched.equals(large('a'))).toBe(true);
  });
});

describe('a lost connection', () => {
  it('fails what was open as retriable, and leaves no half-read bytes to the next one', async () => {
    const transport = transportTo();
    await transport.connect();
    broker.replies[API.Heartbeat] = () => 'half';
    await expect(transport.request(1, echo('x'))).rejects.toMatchObject({ class: 'retriable', kafkaCode: -1 });
    broker.replies = {};
    for (const name of ['a', 'b']) expect(String(await transport.request(1, echo(name)))).toBe(name);
  });

  it('is replaced as a whole when it was closed while idle, a parked fetch included', async () => {
    broker.replies[API.Fetch] = () => 'hang';
    const transport = transportTo();
    await transport.request(1, echo('x'));
    const parked = transport.request(1, fetchOf('y'));
    await vi.waitFor(() => {
      expect(broker.of(API.Fetch)).toHaveLength(1);
    });
    broker.hangUp(0);
    await expect(parked).rejects.toMatchObject({ class: 'retriable' });
    await vi.waitFor(() => {
      expect(broker.open).toBe(0);
    });
    expect(String(await transport.request(1, echo('y')))).toBe('y');
    expect(broker.of(API.ApiVersions)).toHaveLength(2);
  });

  it('is given up when the broker does not answer in time; a late answer reaches nobody', async () => {
    let late: (bytes: Buffer) => void = () => undefined;
    broker.replies[API.Heartbeat] = () => new Promise((resolve) => (late = resolve));
    const transport = transportTo();
    await transport.connect();
    const silent = expect(transport.request(1, echo('x', { timeoutMs: 50 }))).rejects;
    const other = expect(transport.request(1, echo('y', { timeoutMs: 5_000 }))).rejects;
    await silent.toMatchObject({
      class: 'retriable',
      message: expect.stringContaining('no answer within 50 ms') as string,
    });
    await other.toMatchObject({ class: 'retriable' });
    broker.replies = {};
    const next = transport.request(1, echo('z'));
    late(Buffer.from('late'));
    expect(String(await next)).toBe('z');
    await vi.waitFor(() => {
      expect(broker.open).toBe(1);
    });
  });

  it('gives up connecting when the broker accepts but says nothing', async () => {
    broker.replies[API.ApiVersions] = () => 'hang';
    const transport = transportTo({ requestTimeout: 200 });
    await expect(transport.connect()).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('no answer within 200 ms') as string,
    });
    await vi.waitFor(() => {
      expect(broker.open).toBe(0);
    });
  });
});

describe('connecting', () => {
  it('names every address that does not answer', async () => {
    const { address } = broker;
    await broker.stop();
    const transport = transportTo({ brokers: [address, '[::1]:1', 'no-such-host.invalid:9092'] });
    await expect(transport.connect()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE', class: 'retriable' });
    const error = await transport.connect().catch((caught: unknown) => caught as Error);
    for (const part of [address, 'ECONNREFUSED', '::1:1', 'no-such-host.invalid', 'kafka.brokers']) {
      expect(String(error)).toContain(part);
    }
  });

  it('takes the first address that answers, and addresses from a function', async () => {
    const dead = await FakeBroker.start();
    const deadAddress = dead.address;
    await dead.stop();
    const transport = transportTo({ brokers: () => Promise.resolve([deadAddress, broker.address]) });
    expect(await transport.anyNode()).toBe(1);
  });

  it('waits for a broker that its cluster has not let in yet, and says so', async () => {
    const { nodes } = broker;
    broker.nodes = [];
    const transport = transportTo();
    await expect(transport.anyNode()).rejects.toMatchObject({
      class: 'retriable',
      message: expect.stringContaining('its cluster has no brokers yet') as string,
    });
    broker.nodes = nodes;
    expect(await transport.anyNode()).toBe(1);
  });

  it('refuses what is no address', async () => {
    await expect(transportTo({ brokers: ['kafka'] }).connect()).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('"kafka" is no broker address') as string,
    });
    await expect(transportTo({ brokers: [] }).connect()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });

  it('goes back to the configured addresses when all known brokers are gone', async () => {
    const moved = await FakeBroker.start();
    const address = broker.address;
    const first = await FakeBroker.start();
    // The configured address passes on to another one, as a load balancer's does.
    broker.nodes = [{ node: 7, port: first.port }];
    const transport = transportTo({ brokers: [address] });
    expect(String(await transport.request(7, echo('x')))).toBe('x');
    await first.stop();
    broker.nodes = [{ node: 7, port: moved.port }];
    try {
      await vi.waitFor(async () => {
        expect(String(await transport.request(await transport.anyNode(), echo('y')))).toBe('y');
      });
      expect(moved.of(API.Heartbeat)).toHaveLength(1);
    } finally {
      await moved.stop();
    }
  });
});

describe('metadata', () => {
  it('tells leaders and partitions; what is unknown is no error and poisons nothing', async () => {
    broker.topics.set('orders', { errorCode: 0, leaders: [1, 2, -1] });
    const transport = transportTo();
    await transport.refresh(['orders', 'gone']);
    expect(transport.partitionCount('orders')).toBe(3);
    expect([0, 1, 2, 3].map((partition) => transport.leaderOf('orders', partition))).toEqual([1, 2, -1, -1]);
    expect(transport.partitionCount('gone')).toBe(0);

    broker.topics.delete('orders');
    broker.topics.set('clicks', { errorCode: 0, leaders: [1] });
    await transport.refresh(['clicks']);
    expect(transport.partitionCount('orders')).toBe(0);
    expect(transport.partitionCount('clicks')).toBe(1);
    await transport.refresh([]);
    const asked = broker.of(API.Metadata).map(({ body }) => body.toString('latin1').match(/orders|gone|clicks/g) ?? []);
    // The missing one is forgotten at once; the other is asked for once more after it was there, then forgotten as well.
    expect(asked).toEqual([['orders', 'gone'], ['orders'], ['orders', 'clicks'], ['clicks']]);
  });

  it('puts questions together: those who ask while one is under way share the next', async () => {
    for (const topic of ['a1', 'a2', 'a3']) broker.topics.set(topic, { errorCode: 0, leaders: [1] });
    const transport = transportTo();
    await transport.connect();
    const before = broker.of(API.Metadata).length;
    await Promise.all(['a1', 'a2', 'a3', 'a1'].map((topic) => transport.refresh([topic])));
    expect(broker.of(API.Metadata).length - before).toBe(2);
    expect(['a1', 'a2', 'a3'].map((topic) => transport.partitionCount(topic))).toEqual([1, 1, 1]);
  });

  it('follows a broker to its new address', async () => {
    const transport = transportTo();
    await transport.request(1, echo('x'));
    const moved = await FakeBroker.start();
    try {
      broker.nodes = [{ node: 1, port: moved.port }];
      await transport.refresh([]);
      expect(String(await transport.request(1, echo('y')))).toBe('y');
      expect(moved.of(API.Heartbeat)).toHaveLength(1);
    } finally {
      await moved.stop();
    }
  });

  it('asks for brokers that it has not met', async () => {
    const second = await FakeBroker.start();
    const transport = transportTo();
    await transport.connect();
    await expect(transport.request(2, echo('x'))).rejects.toMatchObject({ class: 'retriable' });
    broker.nodes = [...broker.nodes, { node: 2, port: second.port }];
    expect(String(await transport.request(2, echo('x')))).toBe('x');
    await second.stop();
  });
});

describe('coordinators', () => {
  const coordinator = (code: number) =>
    new ByteWriter().int32(0).int16(code).nullableString(null).int32(1).string('127.0.0.1').int32(broker.port).finish();

  it('are asked for until there is one', async () => {
    let asked = 0;
    broker.replies[API.FindCoordinator] = () => ([15, 14, 0][asked++] === 0 ? coordinator(0) : coordinator(15));
    expect(await transportTo().coordinatorOf('group', 'group')).toBe(1);
    expect(asked).toBe(3);
  });

  it('are not asked for again when that is forbidden', async () => {
    broker.replies[API.FindCoordinator] = () => coordinator(30);
    await expect(transportTo().coordinatorOf('shop', 'group')).rejects.toMatchObject({
      code: 'BROKER_AUTHORIZATION',
      message: expect.stringContaining('group shop') as string,
    });
    expect(broker.of(API.FindCoordinator)).toHaveLength(1);
  });
});

describe('closing', () => {
  it('rejects what is open at once and closes every socket', async () => {
    broker.replies[API.Heartbeat] = () => 'hang';
    broker.replies[API.Fetch] = () => 'hang';
    const transport = transportTo();
    await transport.connect();
    const parked = [echo('x'), fetchOf('y')].map((request) =>
      expect(transport.request(1, request)).rejects.toMatchObject({ class: 'retriable' }),
    );
    await vi.waitFor(() => {
      expect(broker.received.filter(({ apiKey }) => apiKey === API.Fetch || apiKey === API.Heartbeat)).toHaveLength(2);
    });
    await transport.close();
    await Promise.all(parked);
    await vi.waitFor(() => {
      expect(broker.open).toBe(0);
    });
    await expect(transport.request(1, echo('z'))).rejects.toThrow('has been closed');
  });

  it('closes a connection that was being made while one by a configured address took its place', async () => {
    const transport = transportTo();
    await transport.connect();
    broker.hangUp(0);
    await vi.waitFor(() => expect(broker.open).toBe(0));
    let answerMetadata: () => void = () => undefined;
    let answerVersions: () => void = () => undefined;
    broker.replies = {
      [API.ApiVersions]: ({ connection }) => {
        // Who asks for any node finds none that answers, and asks the configured address.
        if (connection === 1) return 'close';
        if (connection === 2) return broker.answer(API.ApiVersions);
        return new Promise((resolve) => {
          answerVersions = () => resolve(broker.answer(API.ApiVersions));
        });
      },
      [API.Metadata]: () =>
        new Promise((resolve) => {
          answerMetadata = () => resolve(broker.answer(API.Metadata));
        }),
    };
    const found = transport.anyNode();
    await vi.waitFor(() => expect(broker.of(API.Metadata)).toHaveLength(2));
    const sent = transport.request(1, echo('x')).catch((error: unknown) => error);
    await vi.waitFor(() => expect(broker.of(API.ApiVersions)).toHaveLength(4));
    answerMetadata();
    expect(await found).toBe(1);
    answerVersions();
    await sent;
    broker.replies = {};
    expect(String(await transport.request(1, echo('y')))).toBe('y');
    await transport.close();
    await vi.waitFor(() => expect(broker.open).toBe(0));
  });

  it('closes the connections of all who look for a broker at once', async () => {
    const transport = transportTo();
    await transport.connect();
    broker.hangUp(0);
    await vi.waitFor(() => expect(broker.open).toBe(0));
    // No broker that is known answers: each of them asks the configured address by itself.
    let refused = 0;
    broker.replies = {
      [API.ApiVersions]: () => (++refused === 1 ? 'close' : broker.answer(API.ApiVersions)),
      [API.Metadata]: () => 'hang',
    };
    const asking = [0, 1].map(() => expect(transport.anyNode()).rejects.toThrow());
    await vi.waitFor(() => expect(broker.of(API.Metadata)).toHaveLength(3));
    await transport.close();
    await vi.waitFor(() => expect(broker.open).toBe(0));
    await Promise.all(asking);
  });

  it('does not wait for a connection that is being made', async () => {
    const sockets: Socket[] = [];
    const socketFactory = (): Socket => {
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    };
    const transport = transportTo({ socketFactory, connectionTimeout: 60_000 });
    const connecting = expect(transport.connect()).rejects.toThrow();
    await vi.waitFor(() => {
      expect(sockets).toHaveLength(1);
    });
    await transport.close();
    await connecting;
    expect(sockets[0]?.destroyed).toBe(true);
  });
});

it('arms no timers while idle', async () => {
  const intervals = vi.spyOn(globalThis, 'setInterval');
  const transport = transportTo();
  await transport.request(1, echo('x'));
  await transport.request(1, fetchOf('y'));
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      if (performance.now() - start > 100) resolve();
      else setImmediate(turn);
    };
    turn();
  });
  const calls = timers.mock.calls.length + intervals.mock.calls.length;
  timers.mockRestore();
  intervals.mockRestore();
  expect(calls).toBe(0);
});
