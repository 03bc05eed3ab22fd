import { expect, it } from 'vitest';
import { RestoreMetrics } from '../../src/observe/restore-metrics.js';

const COUNTS = { task: '0_1', store: 'counts', topic: 'app-counts-changelog', partition: 1 };
const NAMES = { ...COUNTS, store: 'names', topic: 'app-names-changelog' };

it('knows of each store how far it has come, until it is done', () => {
  const restore = new RestoreMetrics();
  restore.began(COUNTS, 10, 50);
  restore.began(NAMES, 0, 7);
  restore.advanced(COUNTS, 30, 19);
  expect(restore.now).toEqual([
    { ...COUNTS, position: 30, end: 50 },
    { ...NAMES, position: 0, end: 7 },
  ]);
  restore.advanced(COUNTS, 50, 20);
  restore.ended(COUNTS);
  expect(restore).toMatchObject({ records: 39, stores: 1 });
  expect(restore.now.map(({ store }) => store)).toEqual(['names']);
});

it('forgets the stores of a task that is not opened after all', () => {
  const restore = new RestoreMetrics();
  restore.began(COUNTS, 10, 50);
  restore.began({ ...NAMES, task: '0_2' }, 0, 7);
  restore.leave('0_1');
  expect(restore.now.map(({ task }) => task)).toEqual(['0_2']);
  expect(restore.stores).toBe(0);
});
