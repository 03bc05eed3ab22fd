import { describe, expect, it } from 'vitest';
import type { GroupIdentity } from '../../../../src/broker/port.js';
import {
  heartbeatRequest,
  joinRequest,
  leaveRequest,
  readJoin,
  readLeave,
  readSync,
  syncRequest,
} from '../../../../src/broker/wire/group/membership-codec.js';
import { describeGroupRequest, readGroupState } from '../../../../src/broker/wire/group/describe-codec.js';
import { commitRequest, offsetFetchRequest } from '../../../../src/broker/wire/group/offsets-codec.js';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';
import { codeAnswer, groupState } from './fake-coordinator.js';

const IDENTITY: GroupIdentity = { groupId: 'gr', generation: 7, memberId: 'me', instanceId: 'in' };
const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];

describe('membership requests', () => {
  it('encode as Kafka 4.3 documents these versions', () => {
    const options = {
      groupId: 'gr',
      instanceId: 'in',
      protocol: 'pr',
      sessionTimeoutMs: 1,
      rebalanceTimeoutMs: 2,
      heartbeatMs: 3,
    };
    expect([...joinRequest(options, 'me', Buffer.from([9])).body]).toEqual([
      ...text('gr'),
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      2,
      ...text('me'),
      ...text('in'),
      ...text('consumer'),
      0,
      0,
      0,
      1,
      ...text('pr'),
      0,
      0,
      0,
      1,
      9,
    ]);
    expect([...joinRequest({ ...options, instanceId: null }, '', Buffer.alloc(0)).body.subarray(12, 16)]).toEqual([
      0, 0, 255, 255,
    ]);
    const identity = [...text('gr'), 0, 0, 0, 7, ...text('me'), ...text('in')];
    expect([...syncRequest(IDENTITY, new Map([['me', Buffer.from([8])]])).body]).toEqual([
      ...identity,
      0,
      0,
      0,
      1,
      ...text('me'),
      0,
      0,
      0,
      1,
      8,
    ]);
    expect([...heartbeatRequest(IDENTITY).body]).toEqual(identity);
    expect([...leaveRequest('gr', 'me', null).body]).toEqual([...text('gr'), 0, 0, 0, 1, ...text('me'), 255, 255]);
  });

  it('read members with their instance ids and subscriptions', () => {
    const body = codeAnswer(0)
      .int32(3)
      .string('pr')
      .string('a')
      .string('a')
      .array(
        [
          ['a', null],
          ['b', 'i'],
        ] as const,
        ([id, instance], w) => w.string(id).nullableString(instance).bytes(Buffer.from(id)),
      )
      .finish();
    expect(readJoin(body, 'gr')).toEqual({
      memberIdRequired: false,
      generation: 3,
      memberId: 'a',
      leader: true,
      members: [
        { memberId: 'a', instanceId: null, subscription: Buffer.from('a') },
        { memberId: 'b', instanceId: 'i', subscription: Buffer.from('b') },
      ],
    });
  });

  it('name the group in errors', () => {
    expect(() => readSync(codeAnswer(22).bytes(Buffer.alloc(0)).finish(), 'gr')).toThrow(
      /group gr failed: .*ILLEGAL_GENERATION/,
    );
    const refused = codeAnswer(0)
      .array(['me'], (id, w) => w.string(id).nullableString(null).int16(25))
      .finish();
    expect(() => readLeave(refused, 'gr')).toThrow(/UNKNOWN_MEMBER_ID/);
  });
});

describe('offset requests', () => {
  const OFFSETS = [
    { topic: 'a', partition: 1, offset: 2 ** 33, metadata: 'm' },
    { topic: 'b', partition: 0, offset: 1, metadata: '' },
    { topic: 'a', partition: 2, offset: 3, metadata: '' },
  ];

  it('commit by topic', () => {
    expect([...commitRequest(IDENTITY, OFFSETS).body]).toEqual([
      ...text('gr'),
      0,
      0,
      0,
      7,
      ...text('me'),
      ...text('in'),
      0,
      0,
      0,
      2,
      ...text('a'),
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      0,
      255,
      255,
      255,
      255,
      ...text('m'),
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      3,
      255,
      255,
      255,
      255,
      0,
      0,
      ...text('b'),
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      1,
      255,
      255,
      255,
      255,
      0,
      0,
    ]);
  });

  it('ask for some partitions, or for all', () => {
    const some = new ByteWriter().compactString('gr');
    some.compactArray(['a'], (topic, w) =>
      w
        .compactString(topic)
        .compactArray([1], (p) => w.int32(p))
        .noTags(),
    );
    some.boolean(true).noTags();
    expect(offsetFetchRequest('gr', [{ topic: 'a', partition: 1 }], true)).toMatchObject({
      body: some.finish(),
      flexible: true,
    });
    expect([...offsetFetchRequest('gr', null, false).body]).toEqual([3, 103, 114, 0, 0, 0]);
  });
});

describe('the state of a group', () => {
  it('is asked for by name, and read from the first group of the answer', () => {
    expect(describeGroupRequest('gr')).toMatchObject({ apiKey: 15, apiVersion: 2 });
    expect([...describeGroupRequest('gr').body]).toEqual([0, 0, 0, 1, ...text('gr')]);
    expect(readGroupState(groupState('Stable'), 'g')).toBe('Stable');
    expect(readGroupState(Buffer.alloc(8), 'g')).toBe('Dead');
  });

  it('may be refused', () => {
    const refused = new ByteWriter().int32(0).int32(1).int16(16).string('g').finish();
    expect(() => readGroupState(refused, 'g')).toThrow(
      expect.objectContaining({ class: 'retriable', kafkaCode: 16 }) as Error,
    );
  });
});
