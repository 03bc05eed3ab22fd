import { expect, it } from 'vitest';
import { MeasuredSources } from '../../src/observe/measured-sources.js';
import type { MetricsSnapshot, MetricsSource } from '../../src/observe/measurements.js';
import { MEASURED } from './measured-application.js';

interface Application extends MetricsSource {
  state: MetricsSnapshot['state'];
  asked: number;
}

function application(applicationId: string, processed: number): Application {
  return {
    state: 'RUNNING',
    asked: 0,
    metrics() {
      this.asked += 1;
      return { ...MEASURED, applicationId, processed, state: this.state };
    },
  };
}

const shown = (sources: MeasuredSources): unknown[] =>
  sources.read().map(({ applicationId, state, processed }) => `${applicationId} ${state} ${String(processed)}`);

it('asks each application once whenever it is read', () => {
  const sources = new MeasuredSources();
  const orders = application('orders', 1);
  sources.add(orders);
  sources.add(orders);
  sources.add(application('refunds', 2));
  expect(orders.asked).toBe(0);
  expect(shown(sources)).toEqual(['orders RUNNING 1', 'refunds RUNNING 2']);
  expect(orders.asked).toBe(1);
});

it('goes on telling of one that has ended, until its like begins', () => {
  const sources = new MeasuredSources();
  const [first, second] = [application('orders', 1), application('orders', 2)];
  sources.add(first);
  sources.add(application('refunds', 3));
  first.state = 'ERROR';
  expect(shown(sources)).toEqual(['orders ERROR 1', 'refunds RUNNING 3']);
  sources.add(second);
  second.state = 'CREATED';
  expect(shown(sources)).toEqual(['refunds RUNNING 3', 'orders CREATED 2']);
  const { asked } = first;
  second.state = 'NOT_RUNNING';
  expect(shown(sources)).toEqual(['refunds RUNNING 3', 'orders NOT_RUNNING 2']);
  expect(first.asked).toBe(asked);
});

it('tells of two instances that run in one process, and of the one that is left', () => {
  const sources = new MeasuredSources();
  const [first, second] = [application('orders', 1), application('orders', 2)];
  sources.add(first);
  sources.add(second);
  expect(shown(sources)).toEqual(['orders RUNNING 1', 'orders RUNNING 2']);
  second.state = 'NOT_RUNNING';
  expect(shown(sources)).toEqual(['orders RUNNING 1']);
  first.state = 'NOT_RUNNING';
  expect(shown(sources)).toEqual(['orders NOT_RUNNING 1']);
});

it('tells of the last one where none goes on', () => {
  const sources = new MeasuredSources();
  for (const processed of [1, 2, 3]) {
    const streams = application('orders', processed);
    streams.state = 'ERROR';
    sources.add(streams);
  }
  expect(shown(sources)).toEqual(['orders ERROR 3']);
});
