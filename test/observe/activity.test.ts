import { expect, it } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';
import { ActivityLog } from '../../src/observe/activity.js';

it('keeps the latest two hundred, with numbers that go on', () => {
  let now = 0;
  const log = new ActivityLog(() => (now += 1));
  for (let i = 1; i <= 250; i += 1) log.add('rebalance', `the ${String(i)}th`);
  expect(log.latest).toHaveLength(200);
  expect(log.latest[0]).toEqual({ id: 51, at: 51, kind: 'rebalance', text: 'the 51th' });
  expect(log.latest.at(-1)).toMatchObject({ id: 250, text: 'the 250th' });
});

it('says where something failed, and nothing of what a record held', () => {
  const log = new ActivityLog();
  const place = { topic: 'orders', partition: 2, offset: 7, node: 'spend', task: '0_2' };
  log.failed(new MillraceError('PROCESSING_FAILED', 'no customer 4111-1111', place));
  log.failed(new TypeError('4111-1111 is not a function'));
  log.failed('4111-1111');
  expect(log.latest.map(({ kind, text }) => [kind, text])).toEqual([
    ['failure', 'PROCESSING_FAILED at orders-2-7 in spend of task 0_2'],
    ['failure', 'TypeError'],
    ['failure', 'an error'],
  ]);
});
