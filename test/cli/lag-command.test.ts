import { expect, it } from 'vitest';
import type { Admin } from '../../src/broker/port.js';
import { lagOf, tableOf } from '../../src/cli/lag-command.js';

type Asked = Pick<Admin, 'groupOffsets' | 'listOffsets'>;

/** A group's offsets, as topic, partition, committed offset and end. */
function cluster(...offsets: readonly (readonly [string, number, number, number])[]): Asked {
  return {
    groupOffsets: () =>
      Promise.resolve(offsets.map(([topic, partition, offset]) => ({ topic, partition, offset, metadata: '' }))),
    listOffsets: (partitions) =>
      Promise.resolve(
        partitions.map(({ topic, partition }) => {
          const [, , , offset] = offsets.find((one) => one[0] === topic && one[1] === partition) ?? [];
          return { topic, partition, offset: offset ?? -1 };
        }),
      ),
  };
}

it('takes each partition that is read, by topic and number', async () => {
  const admin = cluster(
    ['orders', 10, 5, 5],
    ['orders', 2, 5, 9],
    ['app-by-user-repartition', 0, 7, 107],
    ['app-counts-changelog', 0, 0, 1_000],
    ['other-changelog', 0, 1, 3],
    ['never-read', 0, -1, 50],
  );
  expect(await lagOf(admin, 'app')).toEqual([
    { topic: 'app-by-user-repartition', partition: 0, committed: 7, end: 107, lag: 100 },
    { topic: 'orders', partition: 2, committed: 5, end: 9, lag: 4 },
    { topic: 'orders', partition: 10, committed: 5, end: 5, lag: 0 },
    { topic: 'other-changelog', partition: 0, committed: 1, end: 3, lag: 2 },
  ]);
});

it('is no lag below zero where a topic was created anew', async () => {
  expect(await lagOf(cluster(['orders', 0, 500, 3]), 'app')).toMatchObject([{ lag: 0 }]);
});

it('says so when the group has committed nothing', async () => {
  await expect(lagOf(cluster(), 'app')).rejects.toThrow('the group app has committed nothing');
});

it('is written as a table', async () => {
  const partitions = await lagOf(cluster(['orders', 0, 5, 9], ['a-longer-name', 0, 12_000, 12_345]), 'app');
  expect(tableOf(partitions, 349)).toBe(
    [
      'TOPIC          PARTITION  COMMITTED    END  LAG',
      'a-longer-name          0      12000  12345  345',
      'orders                 0          5      9    4',
      '349 records wait',
      '',
    ].join('\n'),
  );
});
