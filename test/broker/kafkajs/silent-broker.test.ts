/** Brokers and connections that are there but say nothing: over real sockets. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerHealth } from '../../../src/broker/kafkajs/broker-health.js';
import { kafkajsTransports } from '../../../src/broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../../src/broker/kafkajs/kafka-options.js';
import type { OpenTransport, Transport, WireRequest } from '../../../src/broker/transport.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { API, FakeBroker } from './fake-broker.js';
import { HalfOpenRelay } from './half-open-relay.js';

/** ApiVersions: every API that the fake broker knows, in its versions. */
const VERSIONS = new ByteWriter()
  .int16(0)
  .array(Object.values(API), (key, writer) => writer.int16(key).int16(0).int16(9))
  .int32(0)
  .finish();
/** For tests that need not wait for the usual limits. */
const LIMIT_MS = 800;
/** More than the longest limit of a quick request, for a machine that has other things to do. */
const SOON_MS = 8_000;

let broker: FakeBroker;
let relay: HalfOpenRelay;
let warnings: string[];
let recovered: string[];
let health: BrokerHealth;
const opened: Transport[] = [];

beforeEach(async () => {
  broker = await FakeBroker.start();
  relay = await HalfOpenRelay.to('127.0.0.1', broker.port);
  warnings = [];
  recovered = [];
});
afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
  await relay.stop();
  await broker.stop();
});

/** What an instance opens; all go to the broker through the relay. */
function instance(options: Partial<KafkaOptions> = {}): OpenTransport {
  const logger = {
    ...silentLogger,
    warn: (message: string) => warnings.push(message),
    info: (message: string, fields?: unknown) => recovered.push(`${message} ${JSON.stringify(fields)}`),
  };
  health = new BrokerHealth(logger);
  const open = kafkajsTransports(
    {
      brokers: [broker.address],
      socketFactory: ({ port, onConnect }) => connect(port === broker.port ? relay.port : port, '127.0.0.1', onConnect),
      ...options,
    },
    logger,
    health,
  );
  return (role) => {
    const transport = open(role);
    opened.push(transport);
    return transport;
  };
}

const request = (apiKey: number, text: string, more: Partial<WireRequest> = {}): WireRequest => ({
  apiKey,
  apiVersion: 3,
  apiName: 'Test',
  body: Buffer.from(text),
  ...more,
});
const heartbeat = (text: string, more: Partial<WireRequest> = {}): WireRequest => request(API.Heartbeat, text, more);
const failing = async (sent: Promise<Buffer>): Promise<string> => {
  const error = await sent.then(
    () => new Error('was answered'),
    (caught: unknown) => caught as Error,
  );
  return error.message;
};
/** Waits until nothing of the handshake is young any more, so that the next request needs a sign of its own. */
const afterQuiet = async (transports: readonly Transport[]): Promise<void> => {
  for (const transport of transports) await transport.request(1, heartbeat('hello'));
};

describe('a half-open connection', () => {
  it('takes down all connections of the instance to that broker, those included that wait for minutes', async () => {
    const open = instance();
    const [join, beats, admin] = [open('join'), open('beats'), open('admin')];
    await afterQuiet([join, beats, admin]);
    broker.replies[API.Fetch] = () => 'hang';
    const parked = failing(join.request(1, request(API.Fetch, 'parked', { timeoutMs: 300_000 })));
    await vi.waitFor(() => {
      expect(broker.of(API.Fetch)).toHaveLength(1);
    });
    relay.forget();
    const asked = performance.now();
    expect(await failing(beats.request(1, heartbeat('x', { timeoutMs: 300 })))).toContain(
      'gave no answer within 300 ms',
    );
    expect(await parked).toContain('gave no answer within 300 ms');
    expect(performance.now() - asked).toBeLessThan(2_000);
    await vi.waitFor(() => {
      expect(relay.open).toBe(0);
    });
    expect(health.statuses).toMatchObject([{ state: 'lost' }]);
    // New connections work, and nobody has to wait for them.
    for (const transport of [join, beats, admin]) {
      expect(String(await transport.request(1, heartbeat('again')))).toBe('again');
    }
    expect(health.statuses).toMatchObject([{ state: 'answering' }]);
    expect(warnings).toEqual([expect.stringContaining('is lost')]);
  });

  it('is found before a request is parked on it', async () => {
    const join = instance()('join');
    await join.request(1, heartbeat('x'));
    await vi.waitFor(() => {
      expect(relay.open).toBe(1);
    });
    relay.forget();
    // Long enough for the connection not to count as just heard from.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const asked = performance.now();
    const parked = heartbeat('y', { timeoutMs: 300_000, parked: true });
    expect(await failing(join.request(1, parked))).toContain('ApiVersions request');
    expect(performance.now() - asked).toBeLessThan(SOON_MS);
    expect(String(await join.request(1, parked))).toBe('y');
  }, 15_000);

  it('is given up when the one who waits knows better', async () => {
    const join = instance()('join');
    broker.replies[API.Heartbeat] = () => 'hang';
    const given = new AbortController();
    const parked = failing(join.request(1, heartbeat('x', { timeoutMs: 300_000, signal: given.signal })));
    await vi.waitFor(() => {
      expect(broker.of(API.Heartbeat)).toHaveLength(1);
    });
    given.abort(new Error('the group has gone on'));
    expect(await parked).toContain('the group has gone on');
    broker.replies = {};
    expect(String(await join.request(1, heartbeat('y')))).toBe('y');
    // That is no news of the broker.
    expect(warnings).toEqual([]);
  });

  it('does not take those along that have heard from the broker meanwhile', async () => {
    const open = instance();
    const [one, other] = [open('one'), open('other')];
    await afterQuiet([one, other]);
    broker.replies[API.Fetch] = () => 'hang';
    relay.forget(/-one$/);
    const silent = failing(one.request(1, heartbeat('x', { timeoutMs: 500 })));
    await new Promise((resolve) => setTimeout(resolve, 250));
    const parked = other.request(1, request(API.Fetch, 'parked', { timeoutMs: 60_000 }));
    parked.catch(() => undefined);
    await other.request(1, heartbeat('still there'));
    expect(await silent).toContain('no answer');
    expect(await Promise.race([parked.catch(() => 'lost'), other.request(1, heartbeat('z')).then(String)])).toBe('z');
    expect(health.statuses).toMatchObject([{ state: 'answering' }]);
    expect(warnings).toEqual([]);
  });
});

describe('an answer that takes its time', () => {
  it('is waited for where the handshake has shown that everything does', async () => {
    const later = (bytes: Buffer): Promise<Buffer> =>
      new Promise((resolve) => {
        setTimeout(() => resolve(bytes), 1_200);
      });
    const answer = Buffer.from('late');
    broker.replies[API.ApiVersions] = () => later(VERSIONS);
    const transport = instance()('test');
    await transport.connect();
    broker.replies[API.Heartbeat] = () => later(answer);
    expect(await transport.request(1, heartbeat('x', { timeoutMs: 300 }))).toEqual(answer);
    expect(warnings).toEqual([]);
  }, 15_000);

  it('is no silence while bytes of it arrive', async () => {
    const slow = await FakeBroker.start();
    // 8 bytes every 100 ms, through a relay of its own.
    const trickle = await HalfOpenRelay.to('127.0.0.1', slow.port);
    const transport = instance({
      brokers: [slow.address],
      socketFactory: ({ onConnect }) => {
        const socket = connect(trickle.port, '127.0.0.1', onConnect);
        const emit = socket.emit.bind(socket);
        let queue = Promise.resolve();
        socket.emit = (event: string | symbol, ...all: unknown[]): boolean => {
          const [bytes] = all;
          if (event !== 'data' || !Buffer.isBuffer(bytes) || bytes.length < 40) return emit(event, ...all);
          for (let at = 0; at < bytes.length; at += 20) {
            const part = bytes.subarray(at, at + 20);
            queue = queue.then(async () => {
              await new Promise((resolve) => setTimeout(resolve, 100));
              emit('data', part);
            });
          }
          return true;
        };
        return socket;
      },
    })('test');
    try {
      await transport.request(1, heartbeat('x'));
      const long = 'y'.repeat(200);
      const asked = performance.now();
      expect(String(await transport.request(1, heartbeat(long, { timeoutMs: 400 })))).toBe(long);
      expect(performance.now() - asked).toBeGreaterThan(800);
    } finally {
      await trickle.stop();
      await slow.stop();
    }
  });
});

describe('a broker that accepts and never answers', () => {
  it('is left for another one within seconds, and asked last from then on', async () => {
    const other = await FakeBroker.start();
    other.nodes = broker.nodes = [
      { node: 1, port: broker.port },
      { node: 2, port: other.port },
    ];
    try {
      const transport = instance({ brokers: [broker.address, other.address], requestTimeout: LIMIT_MS })('test');
      await transport.connect();
      await transport.request(1, heartbeat('x'));
      relay.hang = true;
      relay.forget();
      const asked = performance.now();
      expect(await transport.coordinatorOf('shop', 'group')).toBe(1);
      // That may have gone to the other at once; this one asks the silent broker for certain.
      expect(await failing(transport.request(1, heartbeat('y')))).toContain('gave no answer');
      expect(performance.now() - asked).toBeLessThan(SOON_MS);
      // Its connection is gone; making another one is noticed to be in vain as soon.
      const again = performance.now();
      expect(await failing(transport.request(1, heartbeat('z')))).toContain('gave no answer');
      expect(performance.now() - again).toBeLessThan(SOON_MS);
      for (let i = 0; i < 20; i++) expect(await transport.anyNode()).toBe(2);
      const fresh = performance.now();
      await transport.refresh(['t']);
      expect(performance.now() - fresh).toBeLessThan(1_000);
      expect(warnings).toHaveLength(1);
    } finally {
      await other.stop();
    }
  }, 40_000);

  it('is not taken for alive because its system makes connections', async () => {
    const open = instance({ requestTimeout: LIMIT_MS });
    const transports = ['a', 'b', 'c', 'd'].map((role) => open(role));
    await afterQuiet(transports);
    relay.hang = true;
    relay.forget();
    const tried = transports.map(async (transport, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 300));
      for (let n = 0; n < 3; n++) await failing(transport.request(1, heartbeat('x')));
    });
    await vi.waitUntil(() => health.statuses[0]?.state === 'lost', SOON_MS);
    await Promise.all(tried);
    expect(health.statuses).toMatchObject([{ state: 'lost' }]);
    relay.hang = false;
    await transports[0]?.request(1, heartbeat('y'));
    const [attempts] = /"attempts":\d+/.exec(recovered.join()) ?? [];
    expect(Number(attempts?.split(':')[1])).toBeGreaterThan(2);
  }, 20_000);

  it('costs new transports no time while another address answers', async () => {
    const other = await FakeBroker.start();
    other.nodes = [{ node: 2, port: other.port }];
    relay.hang = true;
    try {
      const open = instance({ brokers: [broker.address, other.address], requestTimeout: LIMIT_MS });
      const first = open('first');
      // Whichever it tries first, afterwards it is known who answers.
      while (health.statuses.every(({ state }) => state !== 'lost')) {
        await open('probe').connect();
      }
      const asked = performance.now();
      for (let i = 0; i < 5; i++) await open(`later-${String(i)}`).connect();
      await first.connect();
      expect(performance.now() - asked).toBeLessThan(2_000);
    } finally {
      await other.stop();
    }
  }, 40_000);
});

describe('a broker that is gone', () => {
  it('is one line however many ask for it', async () => {
    const open = instance();
    const transports = ['a', 'b', 'c'].map((role) => open(role));
    await afterQuiet(transports);
    await broker.stop();
    for (let i = 0; i < 20; i++) {
      for (const transport of transports) await failing(transport.request(1, heartbeat('x')));
    }
    expect(warnings).toHaveLength(1);
    expect(health.statuses).toMatchObject([{ state: 'lost' }]);
  });

  it('is not missed when it closes what is idle', async () => {
    const transport = instance()('test');
    await transport.request(1, heartbeat('x'));
    broker.hangUp(0);
    await vi.waitFor(() => {
      expect(relay.open).toBe(0);
    });
    expect(String(await transport.request(1, heartbeat('y')))).toBe('y');
    expect(warnings).toEqual([]);
  });
});
