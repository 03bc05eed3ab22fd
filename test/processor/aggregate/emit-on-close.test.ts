import { describe, expect, it } from 'vitest';
import type { WindowedOptions } from '../../../src/dsl/options.js';
import { RecordContext } from '../../../src/record/record-context.js';
import { serdes } from '../../../src/serde/serdes.js';
import { MemoryBackend } from '../../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../../src/store/cache-budget.js';
import { openTaskState } from '../../../src/store/overlay/overlay-task-state.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import type { TaskState } from '../../../src/store/task-state.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows, type SlidingWindowsOptions } from '../../../src/time/sliding-windows.js';
import { TimeWindows, type TimeWindowsOptions } from '../../../src/time/time-windows.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { timeline, type Timeline } from '../timeline.js';

function final(
  windows: TimeWindowsOptions,
  options: WindowedOptions<string, number> = {},
  driver: TestDriverOptions = {},
): Timeline {
  return timeline(
    (input) =>
      input
        .groupByKey()
        .windowedBy(TimeWindows.of(windows))
        .emitStrategy('onWindowClose')
        .count({ store: 's', ...options })
        .toStream(),
    driver,
  );
}

const finalSliding = (windows: SlidingWindowsOptions, driver: TestDriverOptions = {}): Timeline =>
  timeline(
    (input) =>
      input.groupByKey().windowedBy(SlidingWindows.of(windows)).emitStrategy('onWindowClose').count().toStream(),
    driver,
  );

describe.each(['level', 'memory'] as const)('emit on window close, engine %s', (engine) => {
  //  0        10        20        30
  //  |---------|---------|---------|   size 10, grace 5: [0, 10) closes at 15
  it('emits a window once, when its end and grace are over, with the time of its last record', () => {
    const { feed } = final({ size: 10, grace: 5 }, { engine });
    expect(feed('a=x@1 a=x@9 a=x@12 a=x@4 a=x@14')).toBe('');
    expect(feed('a=x@15')).toBe('[a@0/10]=3@9');
    expect(feed('a=x@24')).toBe('');
    expect(feed('b=x@25')).toBe('[a@10/20]=3@15');
  });

  it('emits by time, then by the bytes of the key', () => {
    const { feed } = final({ size: 10, advance: 5 }, { engine });
    expect(feed('é=x@2 b=x@2 ab=x@2 a=x@2')).toBe('');
    expect(feed('a=x@7')).toBe('');
    expect(feed('c=x@15')).toBe('[a@0/10]=2@7 [ab@0/10]=1@2 [b@0/10]=1@2 [é@0/10]=1@2 [a@5/15]=1@7');
  });

  it('emits every window however far time jumps; Kafka Streams loses those that have expired in the store', () => {
    const { feed } = final({ size: 10 }, { engine });
    expect(feed('a=x@0 b=x@5')).toBe('');
    expect(feed('a=x@1000000')).toBe('[a@0/10]=1@0 [b@0/10]=1@5');
    expect(feed('a=x@2000000')).toBe('[a@1000000/1000010]=1@1000000');
  });

  it('says nothing of windows whose aggregate was deleted', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: 10 }))
        .emitStrategy('onWindowClose')
        .aggregate(
          () => '',
          (all, value) => (value === '0' ? null : all + value),
          { value: serdes.string(), engine },
        )
        .toStream(),
    );
    expect(feed('a=x@1 a=0@2 b=y@3 c=0@3 c=z@4 d=x@10')).toBe('[b@0/10]=y@3 [c@0/10]=z@4');
  });
});

describe('emission', () => {
  it('is brought about by late records too, and not by records without a key', () => {
    const { feed, driver } = final({ size: 10 }, {}, { emitInterval: '1s' });
    // The first record could emit, and so starts the interval.
    expect(feed('a=x@0 a=x@10')).toBe('');
    driver.advanceWallClock('1s');
    expect(feed('-=x@50')).toBe('');
    expect(feed('a=x@3')).toBe('[a@0/10]=1@0');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, late: 1 });
  });

  it('waits for the interval, and then emits all that has closed meanwhile', () => {
    const { feed, driver } = final({ size: 10 }, {}, { emitInterval: '1s' });
    expect(feed('a=x@0 a=x@10 a=x@20')).toBe('');
    driver.advanceWallClock(999);
    expect(feed('a=x@30')).toBe('');
    driver.advanceWallClock(1);
    expect(feed('a=x@40')).toBe('[a@0/10]=1@0 [a@10/20]=1@10 [a@20/30]=1@20 [a@30/40]=1@30');
  });

  it('has null for an old value', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: 10 }))
        .emitStrategy('onWindowClose')
        .count()
        .groupBy((count) => ['all', count], { key: serdes.string(), value: serdes.long() })
        .reduce(
          (sum, count) => sum + count,
          () => -1,
        )
        .toStream(),
    );
    expect(feed('a=x@1 a=x@2 b=x@3 b=x@10')).toBe('all=2@2 all=3@3');
  });

  it('is not thought of before the time difference of sliding windows has passed since the epoch', () => {
    const { feed, driver } = finalSliding({ timeDifference: 10, grace: 0 }, { emitInterval: '1s' });
    // Neither of these begins the interval: the first that could emit is the one at 25.
    expect(feed('a=x@3 a=x@9')).toBe('');
    expect(feed('a=x@25')).toBe('[a@0/10]=2@9 [a@4/14]=1@9');
    expect(feed('a=x@50')).toBe('');
    driver.advanceWallClock('1s');
    // Nor is it brought about by a late record of those times.
    expect(feed('a=x@5')).toBe('');
    expect(feed('a=x@50')).toBe('[a@15/25]=1@25');
  });

  it('of sliding windows comes one millisecond later, for their end is part of them', () => {
    const { feed } = finalSliding({ timeDifference: 10, grace: 5 });
    // [10, 20] takes records until stream time 25, [15, 25] until 30.
    expect(feed('a=x@20 a=x@25')).toBe('');
    expect(feed('b=x@26')).toBe('[a@10/20]=1@20');
    expect(feed('b=x@30')).toBe('');
    expect(feed('b=x@31')).toBe('[a@15/25]=2@25');
  });
});

describe.each(['level', 'memory'] as const)('sessions, engine %s', (engine) => {
  const sessions = (gap: number, grace: number, retention?: number): Timeline =>
    timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap, grace }))
        .emitStrategy('onWindowClose')
        .reduce((all, value) => all + value, { engine, ...(retention === undefined ? {} : { retention }) })
        .toStream(),
    );

  it('are emitted once, when nothing can be added any more, with the time of their end', () => {
    const { feed } = sessions(10, 5);
    expect(feed('a=x@0 a=y@8 b=z@20')).toBe('');
    // The session [0, 8] takes records until stream time 23.
    expect(feed('b=z@23')).toBe('');
    expect(feed('b=z@24')).toBe('[a@0/8]=xy@8');
  });

  it('come by end, then start, then the bytes of the key; in memory by end, key and start', () => {
    const { feed } = sessions(10, 0);
    feed('b=x@5 é=x@2 a=x@5 é=x@5 c=x@4 c=x@5 z=x@1');
    expect(feed('d=x@16')).toBe(
      engine === 'level'
        ? '[z@1/1]=x@1 [é@2/5]=xx@5 [c@4/5]=xx@5 [a@5/5]=x@5 [b@5/5]=x@5'
        : '[z@1/1]=x@1 [a@5/5]=x@5 [b@5/5]=x@5 [c@4/5]=xx@5 [é@2/5]=xx@5',
    );
  });

  it('are not lost however far time jumps', () => {
    const { feed } = sessions(10, 0);
    feed('a=x@0 b=x@7');
    expect(feed('a=x@10000000')).toBe('[a@0/0]=x@0 [b@7/7]=x@7');
    expect(feed('b=x@20000000')).toBe('[a@10000000/10000000]=x@10000000');
  });

  it('that were absorbed are not emitted, and a session that has not closed can still be joined', () => {
    const { feed } = sessions(10, 0, 11);
    // At stream time 20 sessions that end before 10 are closed.
    expect(feed('a=x@0 a=y@10 b=x@20 a=z@15')).toBe('');
    expect(feed('b=x@26')).toBe('[a@0/15]=xyz@15');
  });

  it('that the retention hides just before they close cannot be joined, and are emitted', () => {
    const { feed } = sessions(10, 0);
    expect(feed('a=x@0 a=y@10 b=x@20 a=z@15')).toBe('');
    expect(feed('b=x@26')).toBe('[a@0/10]=xy@10 [a@15/15]=z@15');
  });
});

describe('after a restart', () => {
  const spec = {
    name: 's',
    kind: 'window',
    format: 'timestamped',
    key: serdes.string(),
    value: serdes.long(),
    engine: 'level',
    caching: false,
    logging: false,
    retentionMs: 10,
    windowSizeMs: 10,
    keepsClosed: true,
  } as const;

  function open(backend: MemoryBackend, one: StoreSpec = spec): TaskState {
    const state = openTaskState({
      task: '0_0',
      partition: 0,
      context: new RecordContext(),
      stores: [{ spec: one, key: spec.key, value: spec.value, changelogTopic: 'log' }],
      backends: { level: backend, memory: backend },
      cache: new CacheBudget(0),
      warn: () => undefined,
    });
    void state.prepare();
    return state;
  }

  function taken(state: TaskState, upTo: number): string {
    const found: string[] = [];
    state.get<string, number>('window', 's', 'timestamped').takeClosed(upTo, (key, start, value, timestamp) => {
      found.push(`${key}@${String(start)}=${String(value)}@${String(timestamp)}`);
      return true;
    });
    return found.join(' ');
  }

  function commit(state: TaskState): void {
    state.sealEpoch({ append: () => undefined });
    void state.writeEpoch(new Map());
  }

  it('windows that were not emitted are still there, though they expired long ago', () => {
    const backend = new MemoryBackend();
    let state = open(backend);
    const store = state.get<string, number>('window', 's', 'timestamped');
    store.put('a', 1, 0, 3);
    store.put('b', 2, 10, 12);
    commit(state);
    store.put('c', 3, 10_000_000, 10_000_000);
    commit(state);
    expect(store.fetch('b', 10)).toBeNull();
    state = open(backend);
    expect(taken(state, 9)).toBe('a@0=1@3');
    commit(state);
    state = open(backend);
    // Told by the operator, which knows how far it got.
    state.get('window', 's', 'timestamped').takeClosed(0, null);
    expect(taken(state, 9_999_999)).toBe('b@10=2@12');
    expect(taken(state, 9_999_999)).toBe('');
    // Now nobody needs the expired rows any more.
    commit(state);
    state = open(backend);
    expect(taken(state, 10_000_000)).toBe('c@10000000=3@10000000');
  });

  it('sessions that were not emitted are still there', () => {
    const backend = new MemoryBackend();
    const one = { ...spec, kind: 'session', format: 'plain', sessionGapMs: 10 } as const;
    const reopen = (): TaskState => open(backend, one);
    const ended = (state: TaskState, upTo: number): string => {
      const found: string[] = [];
      state.get<string, number>('session', 's').takeClosed(upTo, (key, start, end, value) => {
        found.push(`${key}@${String(start)}/${String(end)}=${String(value)}`);
        return true;
      });
      return found.join(' ');
    };
    let state = reopen();
    const store = state.get<string, number>('session', 's');
    store.put('a', 1, 3, 1);
    store.put('b', 2, 4_000_000_000_000, 2);
    store.remove('a', 1, 3);
    store.put('a', 1, 5, 2);
    commit(state);
    state = reopen();
    expect(ended(state, 4)).toBe('');
    expect(ended(state, 4_000_000_000_000)).toBe('a@1/5=2 b@2/4000000000000=2');
    expect(ended(state, 4_000_000_000_000)).toBe('');
  });

  it('restoring from the changelog gives the same', () => {
    const state = openTaskState({
      task: '0_0',
      partition: 0,
      context: new RecordContext(),
      stores: [{ spec: { ...spec, logging: {} }, key: spec.key, value: spec.value, changelogTopic: 'log' }],
      backends: { level: new MemoryBackend(), memory: new MemoryBackend() },
      cache: new CacheBudget(0),
      warn: () => undefined,
    });
    const restore = (key: string, start: number, count: number): void => {
      const bytes = Buffer.alloc(key.length + 12);
      bytes.write(key);
      bytes.writeBigInt64BE(BigInt(start), key.length);
      const value = Buffer.alloc(8);
      value.writeBigInt64BE(BigInt(count));
      state.restore('s', bytes, value, start, []);
    };
    restore('c', 10_000_000, 3);
    restore('a', 0, 1);
    void state.commitRestored(new Map([['s', 2]]));
    restore('b', 20_000_000, 2);
    void state.commitRestored(new Map([['s', 3]]));
    void state.prepare();
    expect(taken(state, 10_000_000)).toBe('a@0=1@0 c@10000000=3@10000000');
    expect(taken(state, 20_000_000)).toBe('b@20000000=2@20000000');
  });
});
