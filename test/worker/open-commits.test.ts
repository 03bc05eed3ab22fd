import { expect, it } from 'vitest';
import { CommitMetrics } from '../../src/observe/instance-metrics.js';
import { silentLogger } from '../../src/observe/logger.js';
import { openCommits, type Commits } from '../../src/worker/open-commits.js';

function open(transactions: object | null, stopping = new AbortController().signal): Commits {
  return openCommits({
    config: { transactionTimeoutMs: transactions === null ? null : 10_000, logger: silentLogger },
    member: { overdue: () => false, confirmed: () => true } as never,
    reader: { wake: () => undefined },
    purge: { committed: () => expect.unreachable() },
    transactions: transactions as never,
    tasks: () => expect.unreachable('tasks are asked for once there are some'),
    metrics: new CommitMetrics(),
    now: () => 0,
    stopping,
    failed: (error) => {
      throw error as Error;
    },
  });
}

it('commits exactly once where the writer has transactions, else at least once', () => {
  expect(open(null).exactlyOnce).toBeNull();
  expect(open({}).exactlyOnce).not.toBeNull();
});

it('has nothing to do without tasks', async () => {
  const { commits } = open(null);
  expect(await commits.commit([])).toBe('committed');
  expect(commits.busy).toBe(false);
});
