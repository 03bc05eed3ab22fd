import { describe, expect, it } from 'vitest';
import { groupsTable, groupText, shownMember } from '../../../src/cli/groups/groups-command.js';
import { encodeAssignment } from '../../../src/group/membership-codec.js';

const orders = [{ topic: 'orders', partition: 0 }];
const member = { memberId: 'm-1', instanceId: null, clientId: 'orders-a', host: '/10.0.0.7', partitions: orders };

describe('a member', () => {
  it('of an application has tasks', () => {
    const assignment = encodeAssignment(orders, { active: ['0_0', '1_0'], topics: { orders: 1 }, shutdown: false });
    expect(shownMember({ ...member, assignment }, 'millrace')).toEqual({
      memberId: 'm-1',
      instanceId: null,
      clientId: 'orders-a',
      host: '10.0.0.7',
      tasks: ['0_0', '1_0'],
      partitions: ['orders-0'],
    });
  });

  it('of another client has none', () => {
    expect(shownMember({ ...member, assignment: Buffer.alloc(0) }, 'range').tasks).toBeNull();
  });

  it('is shown also when a later version has written its tasks', () => {
    expect(shownMember({ ...member, assignment: Buffer.from('later') }, 'millrace').tasks).toEqual([
      expect.stringContaining('was not written by this version') as string,
    ]);
  });
});

it('a group is written as text', () => {
  const group = { state: 'Stable', protocolType: 'consumer', protocol: 'millrace', members: [] };
  const many = Array.from({ length: 10 }, (_, i) => `orders-${i}`);
  const shown = { memberId: 'm-1', clientId: 'a', host: 'h', instanceId: 'one', tasks: ['0_0'], partitions: many };
  const lag = [{ topic: 'orders', partition: 0, committed: 1, end: 3, lag: 2, client: 'a' }];
  expect(groupText('app', group, [shown], lag)).toBe(
    [
      'app: Stable, protocol consumer, assignor millrace, 1 member',
      '',
      'CLIENT  HOST  INSTANCE  TASKS  PARTITIONS',
      `a       h     one       0_0    ${many.slice(0, 8).join(' ')} and 2 more`,
      '',
      'TOPIC   PARTITION  COMMITTED  END  LAG  CLIENT',
      'orders          0          1    3    2  a',
      '2 records wait',
      '',
    ].join('\n'),
  );
});

it('groups are listed', () => {
  const one = { groupId: 'orders', type: 'classic', protocolType: 'consumer', state: 'Stable' };
  expect(groupsTable([one, { ...one, groupId: 'b', protocolType: '', state: '' }])).toBe(
    'GROUP   TYPE     PROTOCOL  STATE\norders  classic  consumer  Stable\nb       classic  -         -\n',
  );
  expect(groupsTable([])).toBe('There are no groups.\n');
});
