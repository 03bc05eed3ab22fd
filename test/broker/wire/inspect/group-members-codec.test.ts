import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';
import { readClassicGroup, readConsumerGroup } from '../../../../src/broker/wire/inspect/group-members-codec.js';
import { readListGroups } from '../../../../src/broker/wire/inspect/list-groups-codec.js';

const GROUP_ID_NOT_FOUND = 69;
const FORBIDDEN = 30;

function assignment(partitions: readonly number[]): Buffer {
  return new ByteWriter()
    .int16(1)
    .array(['orders'], (topic, writer) =>
      writer.string(topic).array(partitions, (partition, list) => list.int32(partition)),
    )
    .nullableBytes(null)
    .finish();
}

function classic(errorCode: number, protocolType: string, bytes: Buffer): Buffer {
  return new ByteWriter()
    .int32(0)
    .array(['app'], (id, writer) =>
      writer
        .int16(errorCode)
        .string(id)
        .string(errorCode === 0 ? 'Stable' : '')
        .string(protocolType)
        .string('range')
        .array(errorCode === 0 ? ['m-1'] : [], (member, list) =>
          list
            .string(member)
            .nullableString(null)
            .string('client')
            .string('/h')
            .bytes(Buffer.from('subscription'))
            .bytes(bytes),
        )
        .int32(-(2 ** 31)),
    )
    .finish();
}

function consumer(errorCode: number): Buffer {
  const writer = new ByteWriter();
  const assigned = (partitions: readonly number[]): void => {
    writer
      .compactArray(['orders'], (topic) =>
        writer
          .raw(Buffer.alloc(16, 1))
          .compactString(topic)
          .compactArray(partitions, (partition) => writer.int32(partition))
          .noTags(),
      )
      .noTags();
  };
  writer.int32(0).compactArray(['app'], (id) => {
    writer.int16(errorCode).compactNullableString(null).compactString(id).compactString('Stable');
    writer.int32(3).int32(3).compactString('uniform');
    writer.compactArray(['m-1'], (member) => {
      writer.compactString(member).compactNullableString('static-1').compactNullableString(null).int32(3);
      writer.compactString('client').compactString('/h');
      writer.compactArray(['orders'], (topic) => writer.compactString(topic)).compactNullableString(null);
      assigned([0, 2]);
      assigned([0]);
      writer.noTags();
    });
    writer.int32(-(2 ** 31)).noTags();
  });
  return writer.noTags().finish();
}

describe('a group', () => {
  it('of classic consumers has the partitions that its leader has given out', () => {
    expect(readClassicGroup(classic(0, 'consumer', assignment([1, 4])), 'app')).toMatchObject({
      state: 'Stable',
      protocolType: 'consumer',
      protocol: 'range',
      members: [
        {
          memberId: 'm-1',
          clientId: 'client',
          partitions: [
            { topic: 'orders', partition: 1 },
            { topic: 'orders', partition: 4 },
          ],
        },
      ],
    });
  });

  it('has none before the first assignment, nor where its members are no consumers', () => {
    const [joining] = readClassicGroup(classic(0, 'consumer', Buffer.alloc(0)), 'app').members;
    expect(joining).toMatchObject({ partitions: [] });
    const [connect] = readClassicGroup(classic(0, 'connect', Buffer.from('anything')), 'app').members;
    expect(connect).toMatchObject({ partitions: [] });
  });

  it('of the newer protocol has what its coordinator has given out', () => {
    expect(readConsumerGroup(consumer(0), 'app')).toMatchObject({
      state: 'Stable',
      protocol: 'uniform',
      members: [
        {
          instanceId: 'static-1',
          partitions: [
            { topic: 'orders', partition: 0 },
            { topic: 'orders', partition: 2 },
          ],
        },
      ],
    });
  });

  it('that does not exist is dead, one that may not be seen is an error', () => {
    expect(readClassicGroup(classic(GROUP_ID_NOT_FOUND, '', Buffer.alloc(0)), 'app').state).toBe('Dead');
    expect(readConsumerGroup(consumer(GROUP_ID_NOT_FOUND), 'app').state).toBe('Dead');
    expect(() => readClassicGroup(classic(FORBIDDEN, '', Buffer.alloc(0)), 'app')).toThrow(/describing group app/);
  });
});

describe('a list of groups', () => {
  it('has their types and states where the broker tells them', () => {
    const writer = new ByteWriter().int32(0).int16(0);
    writer.compactArray(['app'], (id) =>
      writer.compactString(id).compactString('consumer').compactString('Empty').compactString('Classic').noTags(),
    );
    expect(readListGroups(writer.noTags().finish(), true)).toEqual([
      { groupId: 'app', protocolType: 'consumer', state: 'Empty', type: 'classic' },
    ]);
    const older = new ByteWriter().int32(0).int16(0);
    older.array(['app'], (id) => older.string(id).string('consumer'));
    expect(readListGroups(older.finish(), false)).toEqual([
      { groupId: 'app', protocolType: 'consumer', state: '', type: 'classic' },
    ]);
  });
});
