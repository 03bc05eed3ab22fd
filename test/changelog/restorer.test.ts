import { describe, expect, it } from 'vitest';
import { MemoryCursor } from '../../src/broker/memory/memory-log.js';
import type { Admin, FetchedRecords, PartitionReader, ReaderEvent, TopicPartition } from '../../src/broker/port.js';
import { Restorer, type RestoreJob, type RestoreReports } from '../../src/changelog/restorer.js';
import { silentLogger } from '../../src/observe/logger.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { text } from '../source/fake-records.js';
import type { StoreChangelog, TaskState } from '../../src/store/task-state.js';
import { endlessSlice, type Slice } from '../../src/time/slice.js';
import { steppedSlice } from '../time/stepped-slice.js';

/** A log of values by offset; missing offsets were compacted away. */
interface Log {
  readonly start: number;
  readonly end: number;
  readonly values: Readonly<Record<number, string>>;
}

/** Serves logs, `step` records a poll. */
class LogReader {
  readonly positions = new Map<string, number>();
  readonly happened: ReaderEvent[] = [];
  closed = false;

  constructor(
    readonly logs: Record<string, Log>,
    private readonly step = 2,
  ) {}

  readonly reader = {
    assign: (partitions: readonly (TopicPartition & { offset: number })[]) => {
      for (const one of partitions) this.positions.set(one.topic, one.offset);
    },
    unassign: (partitions: readonly TopicPartition[]) => {
      for (const one of partitions) this.positions.delete(one.topic);
    },
    seek: ({ topic, offset }: TopicPartition & { offset: number }) => this.positions.set(topic, offset),
    events: () => this.happened.splice(0),
    poll: () => [...this.positions.keys()].flatMap((topic) => this.fetch(topic)),
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    close: () => {
      this.closed = true;
      return Promise.resolve();
    },
  } as unknown as PartitionReader;

  readonly admin = {
    listOffsets: (partitions: readonly TopicPartition[], at: 'earliest' | 'latest') =>
      Promise.resolve(
        partitions.map(({ topic, partition }) => {
          const log = this.logs[topic] as Log;
          return { topic, partition, offset: at === 'earliest' ? log.start : log.end };
        }),
      ),
  } as unknown as Admin;

  private fetch(topic: string): FetchedRecords[] {
    const log = this.logs[topic] as Log;
    const from = this.positions.get(topic) as number;
    const next = Math.min(from + this.step, log.end);
    if (next <= from) return [];
    this.positions.set(topic, next);
    const offsets = Object.keys(log.values)
      .map(Number)
      .filter((offset) => offset >= from && offset < next);
    const records = offsets.map((offset) => ({
      topic,
      partition: 0,
      offset,
      timestamp: offset,
      key: Buffer.from('k'),
      value: Buffer.from(log.values[offset] as string),
      headers: NO_HEADERS,
    }));
    return [{ topic, partition: 0, cursor: new MemoryCursor(records), bytes: 1, nextOffset: next, endOffset: log.end }];
  }
}

/** Notes what is restored and written. */
class NotedState {
  readonly steps: string[] = [];
  /** Those in which it was to write. */
  readonly slices: Slice[] = [];
  /** What the broker says that the topics are. */
  topicId: string | null = null;

  constructor(private readonly logs: readonly Partial<StoreChangelog>[]) {}

  readonly state = {
    changelogs: () =>
      this.logs.map((one) => ({
        partition: 0,
        isSource: false,
        engine: 'level',
        persistent: true,
        offset: -1,
        topicId: null,
        ...one,
      })),
    noteTopic: (store: string, id: string | null) => {
      if (id !== null) this.steps.push(`${store} is of ${id}`);
    },
    restore: (store: string, _key: Buffer, value: Buffer) => {
      if (String(value) === 'broken') throw new RangeError('the row is cut off');
      this.steps.push(`${store}: ${String(value)}`);
    },
    commitRestored: (offsets: ReadonlyMap<string, number>, slice: Slice) => {
      this.slices.push(slice);
      for (const [store, offset] of offsets) this.steps.push(`${store} written to ${String(offset)}`);
      return Promise.resolve();
    },
    wipe: (store: string) => {
      this.steps.push(`${store} wiped`);
      return Promise.resolve();
    },
  } as unknown as TaskState;
}

const QUIET: RestoreReports = { started: () => undefined, batch: () => undefined, ended: () => undefined };

const refuse = (error: unknown): never => {
  throw error as Error;
};

function restore(
  logs: LogReader,
  noted: NotedState,
  committed = 0,
  reports = QUIET,
  cancel = new AbortController(),
  undecodable: RestoreJob['undecodable'] = refuse,
  slice: Slice = endlessSlice,
) {
  const restorer = new Restorer(logs.reader, logs.admin, silentLogger, slice);
  const job: RestoreJob = {
    task: '0_0',
    state: noted.state,
    committed: false,
    committedOffset: () => committed,
    topicId: () => noted.topicId,
    reports,
    decodersOf: () => ({ key: text, value: text }),
    undecodable,
  };
  return { restorer, done: restorer.restore(job, cancel.signal), cancel };
}

describe('Restorer', () => {
  it('passes over what was never committed, where the disk has all that was', async () => {
    const logs = new LogReader({ t: { start: 0, end: 9, values: { 6: 'given up' } } });
    for (const [engine, steps] of [
      ['level', []],
      ['memory', ['s: given up', 's written to 7', 's written to 9']],
    ] as const) {
      const noted = new NotedState([{ store: 's', topic: 't', offset: 5, engine }]);
      const restorer = new Restorer(logs.reader, logs.admin, silentLogger);
      const job = { task: '0_0', state: noted.state, committed: true, committedOffset: () => 0, reports: QUIET };
      const decoding = { decodersOf: () => ({ key: text, value: text }), undecodable: refuse, topicId: () => null };
      await restorer.restore({ ...job, ...decoding }, new AbortController().signal);
      expect(noted.steps).toEqual(steps);
    }
  });

  it('reads from the start of the log what was never on disk, gaps and an emptied tail included', async () => {
    const logs = new LogReader({ t: { start: 2, end: 9, values: { 2: 'a', 5: 'b' } } });
    const noted = new NotedState([{ store: 's', topic: 't' }]);
    await restore(logs, noted).done;
    expect(noted.steps.filter((step) => !step.includes('written'))).toEqual(['s: a', 's: b']);
    expect(noted.steps.at(-1)).toBe('s written to 9');
    expect(logs.positions.size).toBe(0);
  });

  it('reads only the tail behind the offset on disk', async () => {
    const logs = new LogReader({ t: { start: 0, end: 4, values: { 0: 'a', 1: 'b', 2: 'c', 3: 'd' } } });
    const noted = new NotedState([{ store: 's', topic: 't', offset: 3 }]);
    const told: string[] = [];
    await restore(logs, noted, 0, {
      started: (_, start, end) => told.push(`${String(start)}..${String(end)}`),
      batch: (_, next, records) => told.push(`+${String(records)} to ${String(next)}`),
      ended: (_, records) => told.push(`${String(records)} in all`),
    }).done;
    expect(noted.steps).toEqual(['s: d', 's written to 4']);
    expect(told).toEqual(['3..4', '+1 to 4', '1 in all']);
  });

  it('has nothing to do at the end of the log', async () => {
    const logs = new LogReader({ t: { start: 0, end: 4, values: {} } });
    const noted = new NotedState([
      { store: 's', topic: 't', offset: 4 },
      { store: 'unlogged', topic: null },
    ]);
    await restore(logs, noted).done;
    expect(noted.steps).toEqual([]);
  });

  it('wipes a store whose offset is before the log and reads everything', async () => {
    const logs = new LogReader({ t: { start: 5, end: 7, values: { 5: 'a', 6: 'b' } } });
    const noted = new NotedState([{ store: 's', topic: 't', offset: 1 }]);
    expect(await restore(logs, noted).done).toEqual([]);
    expect(noted.steps).toEqual(['s wiped', 's: a', 's: b', 's written to 7']);
  });

  describe('uses what is on disk', () => {
    const CUT = { t: { start: 5, end: 7, values: { 5: 'a', 6: 'b' } } };
    const INCOMPLETE = { store: 's', topic: 't', partition: 0, end: 7 };

    it('when the log ends before it, and tells that the log lacks something', async () => {
      const noted = new NotedState([{ store: 's', topic: 't', offset: 99, topicId: 'A' }]);
      noted.topicId = 'A';
      expect(await restore(new LogReader(CUT), noted).done).toEqual([{ ...INCOMPLETE, topicId: 'A' }]);
      expect(noted.steps).toEqual(['s is of incomplete']);
    });

    it.each([
      ['beyond the log', 99],
      ['in the log by chance', 6],
      ['before the log', 1],
    ])('with the newer rows of another topic over it, its offset %s', async (_, offset) => {
      const noted = new NotedState([{ store: 's', topic: 't', offset, topicId: 'A' }]);
      noted.topicId = 'B';
      expect(await restore(new LogReader(CUT), noted).done).toEqual([{ ...INCOMPLETE, topicId: 'B' }]);
      expect(noted.steps).toEqual(['s is of incomplete', 's: a', 's: b', 's written to 7']);
    });

    it('and goes on with what was cut off while it was written to the log again', async () => {
      const noted = new NotedState([{ store: 's', topic: 't', offset: 6, topicId: 'incomplete' }]);
      noted.topicId = 'B';
      expect(await restore(new LogReader(CUT), noted).done).toEqual([{ ...INCOMPLETE, topicId: 'B' }]);
    });

    it('of a source topic, to which nothing is written', async () => {
      const cut = new NotedState([{ store: 's', topic: 't', offset: 99, topicId: 'A', isSource: true }]);
      cut.topicId = 'A';
      expect(await restore(new LogReader(CUT), cut, 7).done).toEqual([]);
      expect(cut.steps).toEqual(['s is of A']);
      const other = new NotedState([{ store: 's', topic: 't', offset: 99, topicId: 'A', isSource: true }]);
      other.topicId = 'B';
      expect(await restore(new LogReader(CUT), other, 6).done).toEqual([]);
      expect(other.steps).toEqual(['s is of B', 's: a', 's written to 6']);
    });

    it('when the log is cut while it is restored', async () => {
      const logs = new LogReader({ t: { start: 0, end: 8, values: { 6: 'g' } } });
      const noted = new NotedState([{ store: 's', topic: 't', offset: 6 }]);
      const { done } = restore(logs, noted);
      logs.happened.push({ type: 'out-of-range', topic: 't', partition: 0, offset: 6, logStart: 0, logEnd: 3 });
      await expect(done).rejects.toMatchObject({ code: 'STATE_INVALID', store: 's' });
      expect(noted.steps).not.toContain('s wiped');
    });
  });

  it('starts over when the offset leaves the log meanwhile', async () => {
    const logs = new LogReader({ t: { start: 0, end: 8, values: { 6: 'g', 7: 'h' } } });
    const noted = new NotedState([{ store: 's', topic: 't', offset: 2 }]);
    const { done } = restore(logs, noted);
    logs.happened.push({ type: 'out-of-range', topic: 't', partition: 0, offset: 2, logStart: 6, logEnd: 8 });
    await done;
    expect(noted.steps).toEqual(['s wiped', 's: g', 's: h', 's written to 8']);
  });

  it('stops a source topic that serves as changelog at the committed input offset', async () => {
    const logs = new LogReader({ t: { start: 0, end: 4, values: { 0: 'a', 1: 'b', 2: 'c', 3: 'd' } } }, 4);
    const noted = new NotedState([{ store: 's', topic: 't', isSource: true }]);
    await restore(logs, noted, 2).done;
    expect(noted.steps).toEqual(['s: a', 's: b', 's written to 2']);
  });

  it('restores several stores and tasks over one reader', async () => {
    const logs = new LogReader({
      t: { start: 0, end: 2, values: { 0: 'a', 1: 'b' } },
      u: { start: 0, end: 3, values: { 2: 'z' } },
    });
    const [one, two] = [new NotedState([{ store: 's', topic: 't' }]), new NotedState([{ store: 's', topic: 'u' }])];
    const restorer = new Restorer(logs.reader, logs.admin, silentLogger);
    const never = new AbortController().signal;
    const base = {
      committedOffset: () => 0,
      topicId: () => null,
      reports: QUIET,
      decodersOf: () => ({ key: text, value: text }),
      undecodable: refuse,
    };
    await Promise.all([
      restorer.restore({ ...base, committed: false, task: '0_0', state: one.state }, never),
      restorer.restore({ ...base, committed: false, task: '0_1', state: two.state }, never),
    ]);
    expect(one.steps.at(-1)).toBe('s written to 2');
    expect(two.steps.at(-1)).toBe('s written to 3');
  });

  it('lets others have their turn among many records, and restores all of them', async () => {
    const values = Object.fromEntries(Array.from({ length: 95 }, (_, offset) => [offset, String(offset)]));
    const logs = new LogReader({ t: { start: 0, end: 95, values } }, 95);
    const noted = new NotedState([{ store: 's', topic: 't' }]);
    const slice = steppedSlice(10);
    await restore(logs, noted, 0, QUIET, new AbortController(), refuse, slice).done;
    expect(slice.pauses).toBe(9);
    expect(noted.slices).toEqual([slice]);
    expect(noted.steps).toEqual([...Object.values(values).map((value) => `s: ${value}`), 's written to 95']);
  });

  it('restores nothing more into a state that is given up while others have their turn', async () => {
    const values = Object.fromEntries(Array.from({ length: 95 }, (_, offset) => [offset, String(offset)]));
    const logs = new LogReader({ t: { start: 0, end: 95, values } }, 95);
    const noted = new NotedState([{ store: 's', topic: 't' }]);
    const cancel = new AbortController();
    const pause = (): Promise<void> => {
      cancel.abort(new Error('revoked'));
      return Promise.resolve();
    };
    const { done, restorer } = restore(logs, noted, 0, QUIET, cancel, refuse, { ...steppedSlice(10), pause });
    await expect(done).rejects.toThrow('revoked');
    await restorer.close();
    expect(noted.steps).toHaveLength(10);
  });

  it('lets go at once when it is cancelled', async () => {
    const logs = new LogReader({ t: { start: 0, end: 1_000_000, values: {} } }, 1);
    const noted = new NotedState([{ store: 's', topic: 't' }]);
    const { done, cancel } = restore(logs, noted);
    await new Promise((resolve) => setImmediate(resolve));
    cancel.abort(new Error('revoked'));
    await expect(done).rejects.toThrow('revoked');
    expect(logs.positions.size).toBe(0);
  });

  it('fails the task when its changelog is gone', async () => {
    const logs = new LogReader({ t: { start: 0, end: 1_000_000, values: {} } }, 1);
    const { done } = restore(logs, new NotedState([{ store: 's', topic: 't' }]));
    logs.happened.push({ type: 'unknown-topic', topic: 't', partition: 0 });
    await expect(done).rejects.toMatchObject({ code: 'TOPIC_MISSING', topic: 't' });
  });

  it.each([
    ['of a source topic whose serde refuses it', 'bad', true, 'it is bad'],
    ['of a changelog whose store refuses it', 'broken', false, 'the row is cut off'],
  ])('names a record %s, which the handler decides about', async (_, value, isSource, reason) => {
    const world = (): [LogReader, NotedState] => [
      new LogReader({ t: { start: 0, end: 3, values: { 0: 'a', 1: value, 2: 'c' } } }),
      new NotedState([{ store: 's', topic: 't', isSource }]),
    ];
    const strict = restore(...world(), 3);
    await expect(strict.done).rejects.toMatchObject({
      code: 'DESERIALIZATION_FAILED',
      message: expect.stringContaining(
        `a record cannot be restored into store s: ${reason}; correct the serde`,
      ) as string,
      topic: 't',
      partition: 0,
      offset: 1,
      store: 's',
      task: '0_0',
    });
    const asked: string[] = [];
    const [logs, noted] = world();
    const lenient = restore(logs, noted, 3, QUIET, new AbortController(), (error, record) => {
      asked.push(`${error.code} ${record.store} ${record.topic} ${String(record.offset)} ${String(record.valueBytes)}`);
    });
    await lenient.done;
    expect(asked).toEqual([`DESERIALIZATION_FAILED s t 1 ${value}`]);
    expect(noted.steps.filter((step) => !step.includes('written'))).toEqual(['s: a', 's: c']);
    expect(noted.steps.at(-1)).toBe('s written to 3');
  });

  it('ends the restoring of the task concerned alone', async () => {
    const logs = new LogReader({
      t: { start: 0, end: 1, values: { 0: 'broken' } },
      u: { start: 0, end: 6, values: { 0: 'a', 5: 'b' } },
    });
    const restorer = new Restorer(logs.reader, logs.admin, silentLogger);
    const job = (task: string, topic: string): [RestoreJob, NotedState] => {
      const noted = new NotedState([{ store: 's', topic }]);
      const decodersOf = () => ({ key: text, value: text });
      return [
        {
          task,
          state: noted.state,
          committed: false,
          committedOffset: () => 0,
          topicId: () => null,
          reports: QUIET,
          decodersOf,
          undecodable: refuse,
        },
        noted,
      ];
    };
    const [[failing], [other, noted]] = [job('0_0', 't'), job('0_1', 'u')];
    const { signal } = new AbortController();
    const outcomes = await Promise.allSettled([restorer.restore(failing, signal), restorer.restore(other, signal)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(noted.steps.at(-1)).toBe('s written to 6');
  });
});
