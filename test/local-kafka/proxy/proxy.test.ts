import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaunchError } from '../../../src/local-kafka/launch-error.js';
import { startProxy, type KafkaProxy } from '../../../src/local-kafka/proxy/proxy.js';
import { FakeBroker, FakeClient } from './fake-broker.js';

let one: FakeBroker;
let two: FakeBroker;
let proxy: KafkaProxy;

beforeEach(async () => {
  one = await FakeBroker.start();
  two = await FakeBroker.start();
  proxy = await startProxy({ brokers: [one.address, two.address] });
});

afterEach(async () => {
  await proxy.close();
  one.stop();
  two.stop();
});

const client = (broker = 0, id?: string): Promise<FakeClient> => FakeClient.connect(proxy.brokers[broker]!, id);

async function roundTrip(from: FakeClient, text = 'ping'): Promise<void> {
  const before = from.answers.length;
  from.send(text);
  await vi.waitFor(() => expect(from.answers.slice(before)).toContain(text));
}

it('carries requests and answers, and each side its end', async () => {
  const a = await client();
  await roundTrip(a, 'x'.repeat(300_000));
  expect(proxy.connections()).toEqual([{ broker: 0, clientId: 'millrace' }]);
  a.send('last');
  a.socket.end();
  await vi.waitFor(() => expect(a.events).toEqual(['close']));
  expect(a.answers.at(-1)).toBe('last');
  expect(one.events).toEqual(['end']);
  await vi.waitFor(() => expect(proxy.connections()).toEqual([]));
});

it('resets the connection when the broker is not there', async () => {
  two.stop();
  const a = await client(1);
  await vi.waitFor(() => expect(a.events).toEqual(['ECONNRESET', 'close']));
});

describe('cut', () => {
  it('resets what is open, once, and of one broker alone', async () => {
    const [a, b] = [await client(0), await client(1)];
    await roundTrip(a);
    await roundTrip(b);
    proxy.disturb({ kind: 'cut' }, { broker: 0 });
    await vi.waitFor(() => expect(a.events).toEqual(['ECONNRESET', 'close']));
    await vi.waitFor(() => expect(one.events).toHaveLength(1));
    await roundTrip(b);
    await roundTrip(await client(0));
  });

  it('meets one client alone', async () => {
    const [a, b] = [await client(0, 'reader-1'), await client(0, 'writer-1')];
    await roundTrip(a);
    await roundTrip(b);
    proxy.disturb({ kind: 'cut' }, { client: /^writer/ });
    await vi.waitFor(() => expect(b.events).toEqual(['ECONNRESET', 'close']));
    await roundTrip(a);
  });
});

describe('refuse', () => {
  it('lets nobody in until it ends', async () => {
    const a = await client();
    const refusal = proxy.disturb({ kind: 'refuse' });
    await vi.waitFor(() => expect(a.events).toContain('close'));
    const b = await client();
    await vi.waitFor(() => expect(b.events).toContain('close'));
    refusal.end();
    refusal.end();
    await roundTrip(await client());
  });

  it('turns a client away by its first request', async () => {
    proxy.disturb({ kind: 'refuse' }, { client: 'writer-1' });
    const [a, b] = [await client(0, 'reader-1'), await client(0, 'writer-1')];
    b.send('who am I');
    await vi.waitFor(() => expect(b.events).toContain('close'));
    await roundTrip(a);
    expect(one.requests).toEqual(['ping']);
  });
});

describe('halfOpen', () => {
  it('forgets open connections and tells nobody; new ones work', async () => {
    const [a, b] = [await client(), await client()];
    await roundTrip(a);
    await roundTrip(b);
    const fault = proxy.disturb({ kind: 'halfOpen' });
    a.send('into the void');
    b.socket.destroy();
    await roundTrip(await client(), 'new');
    fault.end();
    a.send('still void');
    await roundTrip(await client(), 'newer');
    expect(a.events).toEqual([]);
    expect(a.answers).toEqual(['ping']);
    expect(one.requests).toEqual(['ping', 'ping', 'new', 'newer']);
    expect(one.events).toEqual([]);
  });

  it('can let new connections be silent, too, until it ends', async () => {
    const fault = proxy.disturb({ kind: 'halfOpen', fresh: 'dead' }, { broker: 0 });
    const a = await client();
    a.send('anybody?');
    await roundTrip(await client(1));
    fault.end();
    await roundTrip(await client());
    expect(a.events).toEqual([]);
    expect(a.answers).toEqual([]);
    expect(one.requests).toEqual(['ping']);
  });

  it('meets a client by its first request', async () => {
    proxy.disturb({ kind: 'halfOpen', fresh: 'dead' }, { client: 'writer-1' });
    const [a, b] = [await client(0, 'reader-1'), await client(0, 'writer-1')];
    b.send('anybody?');
    await roundTrip(a);
    expect(one.requests).toEqual(['ping']);
    expect(b.events).toEqual([]);
  });
});

it('hold keeps everything back, and in order, until it ends', async () => {
  const a = await client();
  await roundTrip(a);
  const fault = proxy.disturb({ kind: 'hold' }, { broker: 0 });
  a.send('1');
  a.send('2');
  a.socket.end();
  await roundTrip(await client(1));
  expect(one.requests).toEqual(['ping']);
  fault.end();
  await vi.waitFor(() => expect(one.requests).toEqual(['ping', '1', '2']));
  await vi.waitFor(() => expect(a.answers).toEqual(['ping', '1', '2']));
});

it('delay adds its time in each direction', async () => {
  const a = await client();
  proxy.disturb({ kind: 'delay', ms: 60 });
  const begun = performance.now();
  await roundTrip(a);
  // Timers may run a millisecond early.
  expect(performance.now() - begun).toBeGreaterThan(115);
  proxy.heal();
  await roundTrip(a);
});

it('throttle takes its time and loses nothing', async () => {
  const a = await client();
  proxy.disturb({ kind: 'throttle', bytesPerSecond: 200_000 });
  const begun = performance.now();
  await roundTrip(a, 'y'.repeat(40_000));
  // 40 kB each way take 200 ms, the way back beginning while the way there ends.
  expect(performance.now() - begun).toBeGreaterThan(180);
});

it('a sender that outruns the network is made to wait', async () => {
  const a = await client();
  const fault = proxy.disturb({ kind: 'hold' }, { broker: 0 });
  const text = 'z'.repeat(8 * 1024 * 1024);
  a.send(text);
  await roundTrip(await client(1));
  expect(a.socket.writableLength).toBeGreaterThan(0);
  fault.end();
  await vi.waitFor(() => expect(a.answers.length).toBe(1), 20_000);
  expect(a.answers[0] === text).toBe(true);
}, 30_000);

it('dropResponses loses whole answers, and the connection goes on', async () => {
  const [a, b] = [await client(0, 'writer-1'), await client(0, 'reader-1')];
  await roundTrip(a);
  const fault = proxy.disturb({ kind: 'dropResponses' }, { client: 'writer-1' });
  a.send('done, but who knows');
  await vi.waitFor(() => expect(one.requests).toContain('done, but who knows'));
  // What the broker answered before this has reached the proxy when this has come back.
  await roundTrip(b);
  fault.end();
  await roundTrip(a, 'after');
  expect(a.answers).toEqual(['ping', 'after']);
});

it('takes applications through by a socket factory, and leaves strangers alone', async () => {
  const stranger = await FakeBroker.start();
  const open = (address: string): Promise<number | undefined> => {
    const [host, port] = address.split(':') as [string, string];
    return new Promise((resolve) => {
      const socket = proxy.socketFactory({ host, port: Number(port), onConnect: () => resolve(socket.remotePort) });
      socket.once('connect', () => socket.destroy());
    });
  };
  expect(`127.0.0.1:${await open(two.address)}`).toBe(proxy.brokers[1]);
  expect(`127.0.0.1:${await open(stranger.address)}`).toBe(stranger.address);
  stranger.stop();
});

it('ends every connection when it is closed, forgotten ones as well', async () => {
  const [a, b] = [await client(), await client()];
  await roundTrip(a);
  proxy.disturb({ kind: 'halfOpen' });
  await proxy.close();
  await proxy.close();
  await vi.waitFor(() => expect([a.events.at(-1), b.events.at(-1)]).toEqual(['close', 'close']));
  const late = connect(Number(proxy.brokers[0]!.split(':')[1]), '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

it('does not take what is no address', async () => {
  await expect(startProxy({ brokers: ['nowhere'] })).rejects.toThrow(new LaunchError('nowhere is not host:port'));
});
