import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KafkaOptions } from '../../../src/broker/kafkajs/kafka-options.js';
import { threadedHeartbeats } from '../../../src/broker/kafkajs/threaded-heartbeats.js';
import type { GroupIdentity } from '../../../src/broker/port.js';
import type { Heartbeats } from '../../../src/broker/wire/group/heartbeats.js';
import { thisMoment } from '../../../src/broker/wire/group/life-sign.js';
import { ByteReader } from '../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { API, FakeBroker, type Received } from './fake-broker.js';

const GROUP = {
  groupId: 'g',
  instanceId: null,
  protocol: 'p',
  sessionTimeoutMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 100,
};
const identity = (generation: number): GroupIdentity => ({ groupId: 'g', generation, memberId: 'm', instanceId: null });
const generationOf = ({ body }: Received): number => {
  const reader = new ByteReader(body, 'Heartbeat');
  reader.string();
  return reader.int32();
};

let broker: FakeBroker;
let code: number;
let said: string[];
let warnings: string[];
let opened: Heartbeats[];

beforeEach(async () => {
  broker = await FakeBroker.start();
  code = 0;
  broker.replies[API.Heartbeat] = () => new ByteWriter().int32(0).int16(code).finish();
  said = [];
  warnings = [];
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one.close();
  await broker.stop();
});

const listener = {
  acknowledged: () => said.push('acknowledged'),
  rebalancing: () => said.push('rebalancing'),
  unanswered: () => said.push('unanswered'),
  lost: (error: Error) => said.push(`lost ${error.name} ${(error as { kafkaCode?: number }).kafkaCode ?? 0}`),
  failed: (error: Error) => said.push(`failed ${error.message}`),
};
/** Notes what the one on this thread is told. */
class Here implements Heartbeats {
  readonly calls: string[] = [];
  connect = (): Promise<void> => Promise.resolve();
  start = ({ generation }: GroupIdentity): unknown => this.calls.push(`start ${generation}`);
  join = (): unknown => this.calls.push('join');
  stop = (): unknown => this.calls.push('stop');
  hurry = (): unknown => this.calls.push('hurry');
  silence = (): number => 7;
  isOut = (): boolean => false;
  close = (): Promise<void> => {
    this.calls.push('close');
    return Promise.resolve();
  };
}
let here: Here;
const open = async (
  options: Partial<KafkaOptions> = {},
  startThread?: Parameters<typeof threadedHeartbeats>[2],
): Promise<Heartbeats> => {
  here = new Here();
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const make = threadedHeartbeats({ brokers: [broker.address], ...options }, logger, startThread);
  const heartbeats = make(GROUP, listener, () => here);
  opened.push(heartbeats);
  await heartbeats.connect();
  return heartbeats;
};

describe('heartbeats of a thread', () => {
  it('go out for the identity that holds, are seen without being told, and end with it', async () => {
    const heartbeats = await open();
    expect(warnings).toEqual([]);
    heartbeats.start(identity(1), 1, thisMoment());
    await vi.waitFor(() => expect(broker.of(API.Heartbeat).length).toBeGreaterThan(2), 10_000);
    expect(broker.of(API.Heartbeat)[0]?.clientId).toBe('millrace-group-heartbeat');
    expect(heartbeats.silence()).toBeLessThan(GROUP.sessionTimeoutMs);
    heartbeats.start(identity(2), 2, thisMoment());
    await vi.waitFor(() => expect(broker.of(API.Heartbeat).map(generationOf)).toContain(2), 10_000);
    expect(said).toContain('acknowledged');
    await heartbeats.close();
    await vi.waitFor(() => expect(broker.open).toBe(0), 10_000);
    expect(here.calls).toEqual([]);
  });

  it('say what the coordinator says, with its code; the loss is seen even before it is told', async () => {
    const heartbeats = await open();
    code = 27;
    heartbeats.start(identity(1), 1, thisMoment());
    await vi.waitFor(() => expect(said).toContain('rebalancing'), 10_000);
    code = 25;
    // Without a turn of this thread's event loop no message is read; only what lies in memory is seen.
    await vi.waitFor(() => expect(said).toContain('lost BrokerError 25'), 10_000);
    expect(heartbeats.isOut(1)).toBe(true);
    expect(heartbeats.isOut(2)).toBe(false);
  });

  it('say nothing of an identity that has been replaced', async () => {
    const heartbeats = await open();
    code = 25;
    heartbeats.start(identity(1), 1, thisMoment());
    await vi.waitFor(() => expect(heartbeats.isOut(1)).toBe(true), { timeout: 10_000, interval: 1 });
    said.length = 0;
    code = 0;
    heartbeats.start(identity(2), 2, thisMoment());
    await vi.waitFor(() => expect(broker.of(API.Heartbeat).map(generationOf)).toContain(2), 10_000);
    expect(said.filter((one) => one.startsWith('lost'))).toEqual([]);
  });
});

describe('heartbeats that no thread can send', () => {
  it('are sent from this one, with a warning that names the option and the limit', async () => {
    const heartbeats = await open({ brokers: () => [broker.address] });
    heartbeats.start(identity(3), 1, thisMoment());
    heartbeats.join();
    heartbeats.hurry();
    heartbeats.stop();
    expect(here.calls).toEqual(['start 3', 'join', 'hurry', 'stop']);
    expect(warnings).toEqual([expect.stringMatching(/kafka\.brokers is a function.*3000 ms/)]);
    await heartbeats.close();
    expect(here.calls.at(-1)).toBe('close');
  });

  it.each([
    ['is not there', () => new Worker(new URL('./no-such-file.js', import.meta.url))],
    ['throws as it loads', () => new Worker('throw new Error("no")', { eval: true })],
    ['ends', () => new Worker('process.exit(0)', { eval: true })],
    [
      'cannot be started',
      () => {
        throw new Error('no threads');
      },
    ],
  ])('are sent from this one when the code of the thread %s', async (_, startThread) => {
    const heartbeats = await open({}, startThread);
    heartbeats.start(identity(3), 1, thisMoment());
    expect(here.calls).toEqual(['start 3']);
    expect(warnings).toHaveLength(1);
  });

  it('are taken over by this one when the thread ends on its way', async () => {
    let thread: Worker | undefined;
    const code =
      "const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ type: 'ready' }); parentPort.on('message', () => undefined);";
    const heartbeats = await open({}, () => (thread = new Worker(code, { eval: true })));
    heartbeats.start(identity(4), 1, thisMoment());
    expect(here.calls).toEqual([]);
    await thread?.terminate();
    await vi.waitFor(() => expect(here.calls).toEqual(['start 4']));
    expect(warnings).toEqual([expect.stringContaining('has ended')]);
  });
});
