import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Transport, WireRequest } from '../../../../src/broker/transport.js';
import { WireAdmin } from '../../../../src/broker/wire/admin/wire-admin.js';
import { ByteReader } from '../../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';
import { BrokerError } from '../../../../src/errors/broker-error.js';

const LEADER_MISSING = 5;
const NOT_LEADER = 6;
const TIMED_OUT = 7;
const FORBIDDEN = 29;
const EXISTS = 36;
const UNKNOWN_TOPIC = 3;

/** Two brokers; what each says is the test's. Partition 0 of topic `t` is led by 1, partition 1 by 2. */
class ScriptedTransport implements Transport {
  readonly calls: { readonly node: number; readonly api: string; readonly body: Buffer }[] = [];
  leaders: Record<string, number[]> = { t: [1, 2] };
  /** Leaders after the next refresh. */
  fresh: Record<string, number[]> | null = null;
  refreshed: string[][] = [];
  controller = 2;
  topicCodes: Record<string, number> = {};
  answer: (node: number, request: WireRequest) => Buffer = () => Buffer.alloc(0);
  connect = vi.fn(() => Promise.resolve());
  closed = false;

  request(node: number, request: WireRequest): Promise<Buffer> {
    this.calls.push({ node, api: request.apiName, body: request.body });
    if (request.apiName === 'Metadata') return Promise.resolve(this.metadata(request.body));
    return new Promise((resolve) => {
      resolve(this.answer(node, request));
    });
  }

  leaderOf(topic: string, partition: number): number {
    return this.leaders[topic]?.[partition] ?? -1;
  }

  partitionCount(topic: string): number {
    return this.leaders[topic]?.length ?? 0;
  }

  refresh(topics: readonly string[]): Promise<void> {
    this.refreshed.push([...topics]);
    if (this.fresh !== null) this.leaders = this.fresh;
    return Promise.resolve();
  }

  coordinatorOf(): Promise<number> {
    return Promise.resolve(2);
  }

  anyNode(): Promise<number> {
    return Promise.resolve(1);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  count(api: string): number {
    return this.calls.filter((call) => call.api === api).length;
  }

  private metadata(body: Buffer): Buffer {
    const asked =
      new ByteReader(body, 'request').nullableArray((reader) => reader.string()) ?? Object.keys(this.leaders);
    const writer = new ByteWriter().int32(0).array([], () => undefined);
    writer.nullableString(null).int32(this.controller);
    writer.array(asked, (topic) => {
      const leaders = this.leaders[topic];
      const code = this.topicCodes[topic] ?? (leaders === undefined ? UNKNOWN_TOPIC : 0);
      writer.int16(code).string(topic).boolean(false);
      writer.array([...(leaders ?? []).entries()], ([partition, leader]) => {
        writer
          .int16(leader < 0 ? LEADER_MISSING : 0)
          .int32(partition)
          .int32(leader)
          .int32(0);
        for (let list = 0; list < 3; list++) writer.array([], () => undefined);
      });
    });
    return writer.finish();
  }
}

let kafka: ScriptedTransport;
let admin: WireAdmin;

beforeEach(() => {
  vi.useFakeTimers();
  kafka = new ScriptedTransport();
  admin = new WireAdmin(() => kafka);
});
afterEach(() => {
  vi.useRealTimers();
});

const BOTH = [
  { topic: 't', partition: 1 },
  { topic: 't', partition: 0 },
];
/** Partitions that a leader was asked for, by the request's own bytes. */
function partitionsIn(body: Buffer, skip: number): number[] {
  const reader = new ByteReader(body.subarray(skip), 'request');
  return reader
    .array(() => {
      reader.string();
      return reader.array(() => {
        const partition = reader.int32();
        reader.int64();
        return partition;
      });
    })
    .flat();
}
const listed = (body: Buffer, outcome: (partition: number) => readonly [code: number, offset: number]): Buffer =>
  new ByteWriter()
    .int32(0)
    .array(['t'], (topic, writer) =>
      writer.string(topic).array(partitionsIn(body, 5), (partition) => {
        const [code, offset] = outcome(partition);
        writer.int32(partition).int16(code).int64(-1).int64(offset);
      }),
    )
    .finish();
const topicOutcomes = (codes: Record<string, number>, detail = false): Buffer =>
  new ByteWriter()
    .int32(0)
    .array(Object.entries(codes), ([topic, code], writer) => {
      writer.string(topic).int16(code);
      if (detail) writer.nullableString(null);
    })
    .finish();

describe('questions to leaders', () => {
  it('go to each leader, and come back in the order of the question', async () => {
    kafka.answer = (node, { body }) => listed(body, (partition) => [0, node * 10 + partition]);
    expect(await admin.listOffsets(BOTH, 'latest')).toEqual([
      { topic: 't', partition: 1, offset: 21 },
      { topic: 't', partition: 0, offset: 10 },
    ]);
    expect(kafka.refreshed).toEqual([]);
  });

  it('are asked again where the leader has moved, and only there', async () => {
    kafka.fresh = { t: [1, 1] };
    kafka.answer = (node, { body }) =>
      listed(body, (partition) => (partition === 1 && node === 2 ? [NOT_LEADER, -1] : [0, 7]));
    const answer = admin.listOffsets(BOTH, 'latest');
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await answer).map(({ offset }) => offset)).toEqual([7, 7]);
    expect(kafka.refreshed).toEqual([['t']]);
    const asked = kafka.calls.map(({ node, body }) => [node, partitionsIn(body, 5)]);
    expect(asked).toEqual([
      [2, [1]],
      [1, [0]],
      [1, [1]],
    ]);
  });

  it('are asked again elsewhere when a leader cannot be reached, and only for its partitions', async () => {
    kafka.answer = (node, { body }) => {
      if (node === 1) throw new BrokerError('retriable', 'connection lost');
      return listed(body, (partition) => [0, node * 10 + partition]);
    };
    const answer = admin.listOffsets(BOTH, 'latest');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kafka.refreshed.length).toBeGreaterThan(1);
    expect(kafka.calls.filter(({ node }) => node === 2)).toHaveLength(1);
    kafka.fresh = { t: [2, 2] };
    await vi.advanceTimersByTimeAsync(4_000);
    expect((await answer).map(({ offset }) => offset)).toEqual([21, 20]);
    expect(kafka.calls.filter(({ node }) => node === 2).map(({ body }) => partitionsIn(body, 5))).toEqual([[1], [0]]);
  });

  it('wait for a leader that is being elected', async () => {
    kafka.leaders = { t: [1, -1] };
    kafka.answer = (_, { body }) => listed(body, () => [0, 3]);
    const answer = admin.listOffsets(BOTH, 'latest');
    await vi.advanceTimersByTimeAsync(500);
    expect(kafka.calls).toEqual([]);
    kafka.fresh = { t: [1, 2] };
    await vi.advanceTimersByTimeAsync(1_500);
    expect((await answer).map(({ offset }) => offset)).toEqual([3, 3]);
  });

  it('end with the error that does not pass, also when another one would', async () => {
    kafka.answer = (node, { body }) => listed(body, () => [node === 1 ? FORBIDDEN : NOT_LEADER, -1]);
    await expect(admin.listOffsets(BOTH, 'latest')).rejects.toMatchObject({
      code: 'BROKER_AUTHORIZATION',
      partition: 0,
    });
    await expect(admin.listOffsets([...BOTH].reverse(), 'latest')).rejects.toMatchObject({
      code: 'BROKER_AUTHORIZATION',
    });
  });

  it('end after two minutes, or with the admin', async () => {
    kafka.answer = (_, { body }) => listed(body, () => [NOT_LEADER, -1]);
    const given = expect(admin.listOffsets(BOTH, 'latest')).rejects.toMatchObject({ kafkaCode: NOT_LEADER });
    await vi.advanceTimersByTimeAsync(122_000);
    await given;
    const ended = expect(admin.listOffsets(BOTH, 'latest')).rejects.toMatchObject({ kafkaCode: NOT_LEADER });
    await vi.advanceTimersByTimeAsync(100);
    await admin.close();
    await ended;
    expect(kafka.closed).toBe(true);
  });
});

describe('topics', () => {
  const TOPIC = { topic: 't', partitions: 2, replicationFactor: -1, config: {} };

  it('are created at the controller, and waited for until each partition has a leader', async () => {
    kafka.leaders = { t: [1, -1] };
    kafka.answer = () => topicOutcomes({ t: 0 }, true);
    let done = false;
    const creating = admin.createTopics([TOPIC]).then(() => (done = true));
    await vi.advanceTimersByTimeAsync(500);
    expect(done).toBe(false);
    kafka.leaders = { t: [1, 2] };
    await vi.advanceTimersByTimeAsync(1_500);
    await creating;
    expect(kafka.calls.filter(({ api }) => api === 'CreateTopics').map(({ node }) => node)).toEqual([2]);
  });

  it('may have been created by a request whose outcome is not known', async () => {
    const outcomes = [TIMED_OUT, EXISTS];
    kafka.answer = () => topicOutcomes({ t: outcomes.shift() ?? -1 }, true);
    const creating = admin.createTopics([TOPIC]);
    await vi.advanceTimersByTimeAsync(1_000);
    await creating;
    expect(kafka.count('CreateTopics')).toBe(2);
  });

  it('are created by any broker when none is known as controller', async () => {
    kafka.controller = -1;
    kafka.answer = () => topicOutcomes({ t: 0 }, true);
    await admin.createTopics([TOPIC]);
    expect(kafka.calls.find(({ api }) => api === 'CreateTopics')?.node).toBe(1);
  });

  it('that may not be created say so, whatever else is wrong', async () => {
    kafka.answer = () => topicOutcomes({ b: FORBIDDEN, a: TIMED_OUT, c: 0 }, true);
    await expect(admin.createTopics([TOPIC])).rejects.toMatchObject({ code: 'BROKER_AUTHORIZATION', topic: 'b' });
  });

  it('are gone when delete resolves', async () => {
    kafka.answer = () => topicOutcomes({ t: 0, x: UNKNOWN_TOPIC });
    let done = false;
    const deleting = admin.deleteTopics(['t', 'x']).then(() => (done = true));
    await vi.advanceTimersByTimeAsync(500);
    expect(done).toBe(false);
    kafka.leaders = {};
    await vi.advanceTimersByTimeAsync(1_500);
    await deleting;
  });

  it('that may not be seen are no missing topics', async () => {
    kafka.topicCodes = { t: FORBIDDEN };
    await expect(admin.describeTopics(['t', 'x'])).rejects.toMatchObject({ code: 'BROKER_AUTHORIZATION', topic: 't' });
  });

  it('without any partition yet are waited for', async () => {
    kafka.leaders = { t: [] };
    const describing = admin.describeTopics(['t']);
    await vi.advanceTimersByTimeAsync(500);
    kafka.leaders = { t: [1, 2] };
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await describing).toEqual([{ topic: 't', partitions: 2 }]);
  });
});

it('does not hide that no broker can be reached behind half a minute of trying', async () => {
  const unreachable = new BrokerError('retriable', 'nobody', { code: 'BROKER_UNREACHABLE' });
  kafka.connect.mockRejectedValue(unreachable);
  for (const ask of [
    () => admin.describeTopics(['t']),
    () => admin.listTopics(),
    () => admin.listOffsets(BOTH, 'latest'),
    () => admin.groupOffsets('g'),
  ]) {
    await expect(ask()).rejects.toBe(unreachable);
  }
});
