import { expect, it } from 'vitest';
import { DiagnosticsChannels } from '../../../src/observe/channels.js';
import { GuardedRestoreListener, restoreEvents } from '../../../src/worker/state/restore-listener.js';
import { heard } from '../../observe/heard-events.js';

it('tells the channel of a store that it is restored, and how much that is', () => {
  const events = heard('millrace:restore');
  const store = { store: 'counts', task: '0_1', topic: 'app-counts-changelog', partition: 1 };
  const listener = new GuardedRestoreListener(restoreEvents(new DiagnosticsChannels('app')), '0_1');
  listener.onRestoreStart(store, 10, 35);
  listener.onBatchRestored(store, 30, 15);
  listener.onRestoreEnd(store, 20);
  const told = { application: 'app', ...store };
  expect(events).toEqual([
    { ...told, phase: 'start', records: 25 },
    { ...told, phase: 'end', records: 20 },
  ]);
});
