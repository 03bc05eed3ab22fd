import { expect, it } from 'vitest';
import { DiagnosticsChannels } from '../../src/observe/channels.js';
import { heard } from './heard-events.js';

it('tells what happened, and of which application', () => {
  const channels = new DiagnosticsChannels('orders');
  channels.tell('millrace:commit', { duration: 1 });
  const commits = heard('millrace:commit');
  const states = heard('millrace:state');
  channels.tell('millrace:commit', { duration: 2 });
  new DiagnosticsChannels('refunds').tell('millrace:commit', { duration: 3 });
  expect(commits).toEqual([
    { application: 'orders', duration: 2 },
    { application: 'refunds', duration: 3 },
  ]);
  expect(states).toEqual([]);
});

it('says whether batches are worth measuring', () => {
  const channels = new DiagnosticsChannels('orders');
  expect(channels.hearsBatches).toBe(false);
  heard('millrace:batch');
  expect(channels.hearsBatches).toBe(true);
});
