import { expect, it } from 'vitest';
import { perSecond, quantile, told } from '../../dashboard/model.js';
import type { LiveData, Moment } from '../../src/serve/dashboard/live-data.js';
import { histogramOf, MEASURED } from '../observe/measured-application.js';

const INTRODUCTION = { applicationId: 'orders', subTopologies: [], sampleMs: 5_000 };

function momentAt(at: number, processed: number, latency = MEASURED.commits.latency): Moment {
  return {
    at,
    health: { live: true, ready: true, state: 'RUNNING', reasons: [] },
    paused: false,
    metrics: { ...MEASURED, processed, commits: { ...MEASURED.commits, latency } },
    flow: { nodes: {}, inputs: [], opening: [] },
    instances: [],
  };
}

function data(moment: Moment, id: number): LiveData {
  return { moment, news: { occurrences: [{ id, at: moment.at, kind: 'state', text: '' }], samples: [] } };
}

it('knows nothing before it was told what the application is, and begins anew when it is told again', () => {
  expect(told(null, data(momentAt(0, 0), 1))).toBeNull();
  let model = told(null, { introduction: INTRODUCTION, ...data(momentAt(0, 0), 1) });
  for (let i = 1; i <= 300; i += 1) model = told(model, data(momentAt(i * 1_000, i), i + 1));
  expect(model?.moments).toHaveLength(61);
  expect(model?.occurrences).toHaveLength(200);
  expect(model?.occurrences.at(-1)?.id).toBe(301);
  model = told(model, { introduction: INTRODUCTION, ...data(momentAt(0, 0), 1) });
  expect([model?.moments.length, model?.occurrences.length]).toEqual([1, 1]);
});

it('says how fast a counter grows, over the last five seconds', () => {
  const moments = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((second) => momentAt(second * 1_000, second < 3 ? 0 : second * 100));
  const processed = ({ metrics }: Moment): number => metrics.processed;
  expect(perSecond(moments, processed)).toBe(100);
  expect(perSecond(moments.slice(0, 1), processed)).toBeNull();
  expect(perSecond([], processed)).toBeNull();
  // After a restart: no negative speed.
  expect(perSecond([momentAt(0, 900), momentAt(1_000, 3)], processed)).toBe(0);
});

it('finds quantiles of what was added', () => {
  const latency = ({ metrics }: Moment): Moment['metrics']['commits']['latency'] => metrics.commits.latency;
  const before = momentAt(0, 0, histogramOf(1, 1, 1));
  const after = momentAt(1_000, 0, histogramOf(1, 1, 1, 40, 60, 60, 900));
  expect(quantile([before, after], latency, 0.5)).toBe(100);
  expect(quantile([before, after], latency, 0.99)).toBe(1_000);
  expect(quantile([before, momentAt(1_000, 0, histogramOf(1, 1, 1))], latency, 0.99)).toBeNull();
  expect(quantile([after], latency, 0.99)).toBe(1_000);
  expect(quantile([after, momentAt(2_000, 0, histogramOf(2))], latency, 0.99)).toBe(2.5);
});
