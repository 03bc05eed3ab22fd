import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommittedOffset, FlushedOffsets, TransactionOutcome } from '../../../src/broker/port.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { CommitMetrics } from '../../../src/observe/instance-metrics.js';
import type { Logger } from '../../../src/observe/logger.js';
import type { Task } from '../../../src/task/task.js';
import type { SealedEpoch } from '../../../src/worker/loop/epoch-keeper.js';
import { ExactlyOnce } from '../../../src/worker/loop/exactly-once.js';

const FLUSHED: FlushedOffsets = { lastOffset: () => 1 };

let steps: string[];
let outcome: TransactionOutcome;
let restarted: 'aborted' | 'fenced';
let cut: () => Promise<FlushedOffsets>;
let warnings: unknown[];
let purged: (readonly CommittedOffset[])[];
let now: number;
let stopping: AbortController;
let failures: unknown[];
let keeper: ExactlyOnce;

beforeEach(() => {
  steps = [];
  warnings = [];
  purged = [];
  failures = [];
  now = 0;
  outcome = 'committed';
  restarted = 'aborted';
  cut = () => Promise.resolve(FLUSHED);
  stopping = new AbortController();
  const nothing = (): void => undefined;
  const logger: Logger = { debug: nothing, info: nothing, error: nothing, warn: (_, facts) => warnings.push(facts) };
  keeper = new ExactlyOnce({
    producer: {
      written: true,
      get openForMs() {
        return now;
      },
      cut: () => {
        steps.push('cut');
        return cut();
      },
      commit: (offsets: readonly CommittedOffset[]) => {
        steps.push(`commits ${offsets.map(({ topic }) => topic).join(' ')}`);
        return Promise.resolve(outcome);
      },
      discard: () => steps.push('discards'),
      restart: () => {
        steps.push('restarts');
        return Promise.resolve(restarted);
      },
    } as never,
    member: {
      commit: () => Promise.resolve(),
      identity: () => null,
      rejoin: () => steps.push('rejoins'),
    },
    tasks: () => ({
      replay: (restart) => {
        steps.push('closes');
        return restart();
      },
    }),
    metrics: new CommitMetrics(),
    now: () => now,
    logger,
    transactionTimeoutMs: 10_000,
    committed: (offsets) => purged.push(offsets),
    failed: (error) => failures.push(error),
    stopping: stopping.signal,
  });
});

function sealed(name: string): SealedEpoch {
  const task = {
    id: name,
    writeEpoch: (offsets: FlushedOffsets) => {
      expect(offsets).toBe(FLUSHED);
      steps.push(`${name} writes`);
    },
  } as unknown as Task;
  return { task, offsets: [{ topic: name, partition: 0, offset: 5, metadata: '' }] };
}

const lost = (): BrokerError => new BrokerError('abortable', 'the transaction is lost');

describe('exactly-once', () => {
  it('cuts in the turn of the seal, commits all together, and writes to disk only then', async () => {
    const kept = keeper.keep([sealed('a'), sealed('b')]);
    expect(steps).toEqual(['cut']);
    expect(await kept).toBe('committed');
    expect(steps).toEqual(['cut', 'commits a b', 'a writes', 'b writes']);
    expect(purged).toHaveLength(1);
  });

  it.each(['aborted', 'fenced'] as const)('writes nothing of what is %s, and says so', async (what) => {
    outcome = what;
    expect(await keeper.keep([sealed('a')])).toBe(what);
    expect(steps).toEqual(['cut', 'commits a']);
    expect(purged).toEqual([]);
  });

  it('closes all tasks and opens them again when the transaction is lost', async () => {
    keeper.broken(lost());
    expect(keeper.lost).toBe(true);
    expect(steps).toEqual(['discards', 'closes', 'restarts']);
    keeper.broken(lost());
    await vi.waitFor(() => expect(keeper.lost).toBe(false));
    expect(steps).toEqual(['discards', 'closes', 'restarts']);
    expect(failures).toEqual([]);
  });

  it('joins anew when somebody else has the transactional id', async () => {
    restarted = 'fenced';
    keeper.broken(lost());
    await vi.waitFor(() => expect(steps).toEqual(['discards', 'closes', 'restarts', 'rejoins']));
  });

  it('tells of a stall by the time that the transaction was open', async () => {
    now = 2_000;
    keeper.broken(lost());
    expect(warnings[0]).toMatchObject({ why: 'the transaction is lost', openForMs: 2_000 });
    await vi.waitFor(() => expect(keeper.lost).toBe(false));
    now = 22_000;
    keeper.broken(lost());
    expect(JSON.stringify(warnings[1])).toContain('longer than transactionTimeout (10000 ms)');
  });

  it('leaves what is lost while it stops to the next owners', async () => {
    stopping.abort();
    keeper.broken(lost());
    expect(steps).toEqual(['discards']);
    expect(keeper.lost).toBe(true);
  });

  it('gives on what neither another attempt nor another transaction mends', async () => {
    cut = () => Promise.reject(new BrokerError('fatal', 'no rights'));
    await expect(keeper.keep([sealed('a')])).rejects.toThrow('no rights');
    expect(keeper.pending).toBe(true);
  });
});
