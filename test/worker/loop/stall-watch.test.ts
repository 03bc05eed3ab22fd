import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/observe/logger.js';
import { ActivityLog } from '../../../src/observe/activity.js';
import { DiagnosticsChannels } from '../../../src/observe/channels.js';
import { heard } from '../../observe/heard-events.js';
import type { Task } from '../../../src/task/task.js';
import { StallWatch } from '../../../src/worker/loop/stall-watch.js';

let now: number;
let position: number;
let end: number;
let reason: string | null;
let paused: boolean;
let overdue: boolean;
let opening: `${number}_${number}`[];
let told: string[];
let watch: StallWatch;
let activity: ActivityLog;

beforeEach(() => {
  now = 0;
  position = 5;
  end = 9;
  reason = 'a promise of a processor is waited for';
  paused = false;
  overdue = false;
  opening = [];
  told = [];
  const queue = {
    topic: 'in',
    partition: 0,
    get committableOffset() {
      return position;
    },
  };
  const task = { id: '0_0', partitions: [queue], standing: () => reason } as unknown as Task;
  activity = new ActivityLog();
  watch = new StallWatch({
    tasks: {
      running: [task],
      get opening() {
        return opening;
      },
    },
    endOffset: () => end,
    clock: { now: () => now },
    stallMs: 30_000,
    paused: () => paused,
    overdue: () => overdue,
    logger: { ...silentLogger, warn: (line) => told.push(line), info: (line) => told.push(line) },
    activity,
    channels: new DiagnosticsChannels('app'),
  });
});

/** Looks once a second for so long. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i += 1) {
    watch.poll();
    now += 1_000;
  }
  watch.poll();
}

describe('StallWatch', () => {
  it('tells of it half a second late at most', () => {
    const until = (time: number): void => {
      for (; now < time; now += 50) watch.poll();
    };
    until(50);
    position += 1;
    until(30_050);
    expect(told).toEqual([]);
    until(30_600);
    expect(told).toHaveLength(1);
  });

  it('tells of a task that has records and makes no progress, once, then once a minute, and that it goes on', () => {
    pass(29);
    expect(told).toEqual([]);
    pass(1);
    expect(told).toEqual(['task 0_0 has made no progress for 30 s: a promise of a processor is waited for']);
    expect(watch.stalls).toEqual([{ task: '0_0', reason: 'a promise of a processor is waited for', forMs: 30_000 }]);
    pass(59);
    expect(told).toHaveLength(1);
    pass(1);
    expect(told[1]).toContain('for 90 s');
    expect(watch.count).toBe(1);
    position = 6;
    pass(1);
    expect(told[2]).toBe('a task goes on');
    expect(watch.stalls).toEqual([]);
  });

  it('tells the channel when a task begins to stand still and when it goes on', () => {
    const events = heard('millrace:stall');
    pass(100);
    position = 6;
    pass(1);
    const told = { application: 'app', task: '0_0', reason: 'a promise of a processor is waited for' };
    expect(events).toEqual([
      { ...told, stalled: true, duration: 30_000 },
      { ...told, stalled: false, duration: 101_000 },
    ]);
  });

  it('tells at once of another reason, and of one that is not known', () => {
    pass(30);
    reason = null;
    pass(1);
    expect(told[1]).toContain('the reason is not known');
    overdue = true;
    pass(1);
    expect(told[2]).toContain('the coordinator of the group has not been heard of');
    expect(watch.count).toBe(1);
  });

  it('is silent about progress, idle inputs and pauses', () => {
    for (let i = 0; i < 40; i += 1) {
      pass(1);
      position += 0.1;
    }
    position = end;
    pass(60);
    end += 1;
    paused = true;
    pass(60);
    expect(told).toEqual([]);
  });

  it('tells of a task that is not ready for so long', () => {
    position = end;
    opening = ['1_0'];
    pass(30);
    expect(told).toEqual([
      'task 1_0 has made no progress for 30 s: its state is being restored, or its inputs are looked up',
    ]);
  });
});
