import { describe, expect, it } from 'vitest';
import type { Admin, TopicPartition } from '../../../src/broker/port.js';
import { checkKnown, lagOf, totalOf } from '../../../src/cli/groups/group-lag.js';
import { lagTable } from '../../../src/cli/lag-command.js';

type Asked = Pick<Admin, 'groupOffsets' | 'listOffsets' | 'describeTopics'>;

const GONE = 'gone';
const NOBODY = { members: [] };

/** A group's offsets, as topic, partition, committed offset and end. */
function cluster(...offsets: readonly (readonly [string, number, number, number])[]): Asked {
  return {
    groupOffsets: () =>
      Promise.resolve(offsets.map(([topic, partition, offset]) => ({ topic, partition, offset, metadata: '' }))),
    listOffsets: (partitions) =>
      Promise.resolve(
        partitions.map(({ topic, partition }) => {
          const [, , , offset] = offsets.find((one) => one[0] === topic && one[1] === partition) ?? [];
          return { topic, partition, offset: offset ?? 7 };
        }),
      ),
    describeTopics: (topics) =>
      Promise.resolve(topics.filter((topic) => topic !== GONE).map((topic) => ({ topic, partitions: 16 }))),
  };
}

function members(clientId: string, ...partitions: readonly TopicPartition[]) {
  const member = { memberId: 'm', instanceId: null, clientId, host: '/h', partitions, assignment: Buffer.alloc(0) };
  return { members: [member] };
}

describe('the lag of a group', () => {
  it('is that of each partition that is read, by topic and number', async () => {
    const admin = cluster(
      ['orders', 10, 5, 5],
      ['orders', 2, 5, 9],
      ['app-by-user-repartition', 0, 7, 107],
      ['app-counts-changelog', 0, 0, 1_000],
      ['other-changelog', 0, 1, 3],
      ['never-read', 0, -1, 50],
      [GONE, 0, 1, 3],
    );
    const partitions = await lagOf(admin, 'app', NOBODY);
    expect(
      partitions.map(({ topic, partition, committed, end, lag }) => [topic, partition, committed, end, lag]),
    ).toEqual([
      ['app-by-user-repartition', 0, 7, 107, 100],
      ['orders', 2, 5, 9, 4],
      ['orders', 10, 5, 5, 0],
      ['other-changelog', 0, 1, 3, 2],
    ]);
    expect(totalOf(partitions)).toBe(106);
  });

  it('is no lag below zero where a topic was created anew', async () => {
    expect(await lagOf(cluster(['orders', 0, 500, 3]), 'app', NOBODY)).toMatchObject([{ lag: 0 }]);
  });

  it('names who has a partition, and is unknown where nothing is committed', async () => {
    const group = members('one', { topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 });
    expect(await lagOf(cluster(['orders', 0, 5, 9]), 'app', group)).toEqual([
      { topic: 'orders', partition: 0, committed: 5, end: 9, lag: 4, client: 'one' },
      { topic: 'orders', partition: 1, committed: null, end: 7, lag: null, client: 'one' },
    ]);
  });

  it('is an error of a group that nobody knows', async () => {
    const dead = { state: 'Dead', protocolType: '', protocol: '', members: [] };
    const partitions = await lagOf(cluster(), 'app', dead);
    expect(() => checkKnown('app', dead, partitions)).toThrow('the group app has committed nothing');
    expect(() => checkKnown('app', { ...dead, state: 'Empty' }, partitions)).not.toThrow();
  });

  it('is written as a table', async () => {
    const group = members('one', { topic: 'orders', partition: 1 });
    const partitions = await lagOf(cluster(['orders', 0, 5, 9], ['a-longer-name', 0, 12_000, 12_345]), 'app', group);
    expect(lagTable(partitions)).toBe(
      [
        'TOPIC          PARTITION  COMMITTED    END  LAG  CLIENT',
        'a-longer-name          0      12000  12345  345  -',
        'orders                 0          5      9    4  -',
        'orders                 1          -      7    -  one',
        '349 records wait',
        '',
      ].join('\n'),
    );
  });
});
