import { expect, it } from 'vitest';
import { lagsOf } from '../../src/worker/lags.js';

const queue = (topic: string, partition: number) => ({ topic, partition, committableOffset: 2 });
const running = [
  {
    id: '0_1',
    state: { stores: [{ name: 'counts' }, { name: 'totals' }] },
    partitions: [queue('a', 1), queue('b', 1)],
  },
] as unknown as Parameters<typeof lagsOf>[0]['running'];
const reader = { endOffset: ({ topic }: { topic: string }) => (topic === 'a' ? 7 : -1) };
const ANSWERING = [{ state: 'answering' }] as const;

it('tells what waits in each input, and what is to be read of each store', () => {
  const restoring = [{ task: '0_12', store: 'counts', topic: 'log', partition: 12, position: 40, end: 100 }];
  expect(lagsOf({ running, reader, brokers: ANSWERING, restoring })).toEqual({
    inputs: [
      { topic: 'a', partition: 1, lag: 5 },
      { topic: 'b', partition: 1, lag: null },
    ],
    stores: [
      { store: 'counts', task: '0_1', partition: 1, lag: 0 },
      { store: 'totals', task: '0_1', partition: 1, lag: 0 },
      { store: 'counts', task: '0_12', partition: 12, lag: 60 },
    ],
  });
});

it('knows no lag of an input while a broker is away', () => {
  const brokers = [...ANSWERING, { state: 'lost' }] as const;
  const { inputs } = lagsOf({ running, reader, brokers, restoring: [] });
  expect(inputs.map(({ lag }) => lag)).toEqual([null, null]);
});
