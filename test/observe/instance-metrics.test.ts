import { expect, it } from 'vitest';
import { CommitMetrics, RebalanceMetrics } from '../../src/observe/instance-metrics.js';

it('takes a rebalance from the first time that the member joins to its assignment', () => {
  const rebalances = new RebalanceMetrics();
  rebalances.ended(5);
  expect(rebalances.count).toBe(0);
  rebalances.began(100);
  // It joins again, since another member came meanwhile.
  rebalances.began(150);
  rebalances.ended(180);
  rebalances.began(1_000);
  rebalances.ended(1_010);
  expect(rebalances).toMatchObject({ count: 2, lastMs: 10, totalMs: 90 });
});

it('counts how long commits took', () => {
  const commits = new CommitMetrics();
  commits.committed(20);
  commits.committed(4);
  expect(commits).toMatchObject({ commits: 2, lastLatencyMs: 4, maxLatencyMs: 20, totalLatencyMs: 24 });
  expect(commits.latency.snapshot()).toMatchObject({ count: 2, sum: 24, max: 20 });
});
