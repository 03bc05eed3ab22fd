import { beforeEach, expect, it } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';
import { ActivityLog } from '../../src/observe/activity.js';
import { DiagnosticsChannels } from '../../src/observe/channels.js';
import { NotedEvents } from '../../src/observe/noted-events.js';
import { heard } from './heard-events.js';

let now: number;
let log: ActivityLog;
let events: NotedEvents;

beforeEach(() => {
  now = 0;
  log = new ActivityLog();
  events = new NotedEvents(new DiagnosticsChannels('app'), log, () => now);
});

const noted = (): string[] => log.latest.map(({ kind, text }) => `${kind}: ${text}`);

function fails(decision: string, offset = 7, node = 'parse'): void {
  const place = { topic: 'lines', partition: 0, offset, node, task: '0_0' };
  events.tell('millrace:error', {
    error: new MillraceError('PROCESSING_FAILED', 'a function failed: secret', place),
    decision,
  });
}

it('notes what became of a record and where it is, and nothing of it', () => {
  fails('continue');
  fails('deadLetter', 8);
  fails('retry', 9);
  expect(noted()).toEqual([
    'record: a record was dropped: PROCESSING_FAILED at lines-0-7 in parse of task 0_0',
    'record: a record was written to the dead letters: PROCESSING_FAILED at lines-0-8 in parse of task 0_0',
    'record: a record is tried again: PROCESSING_FAILED at lines-0-9 in parse of task 0_0',
  ]);
});

it('leaves what ends the instance to the note of its failure', () => {
  fails('fail');
  fails('shutdown');
  expect(noted()).toEqual([]);
});

it('notes records that fail alike once in ten seconds, with how many there were', () => {
  for (let offset = 0; offset < 1_000; offset += 1) fails('continue', offset);
  fails('continue', 5, 'other');
  expect(noted()).toHaveLength(2);
  now = 10_000;
  fails('continue', 1_000);
  fails('continue', 1_001);
  expect(noted().slice(2)).toEqual([
    'record: a record was dropped: PROCESSING_FAILED at lines-0-1000 in parse of task 0_0, and 999 before it',
  ]);
});

it('passes everything on', () => {
  const [errors, commits] = [heard('millrace:error'), heard('millrace:commit')];
  fails('continue');
  events.tell('millrace:commit', { duration: 3 });
  expect(errors).toMatchObject([{ application: 'app', decision: 'continue' }]);
  expect(commits).toEqual([{ application: 'app', duration: 3 }]);
  expect(events.hearsBatches).toBe(false);
});
