import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { flowOf } from '../../src/worker/flow.js';
import { MemoryInstance } from './loop/memory-instance.js';

const WAIT = { timeout: 30_000 };
const text = { key: serdes.string(), value: serdes.string() };

let instance: MemoryInstance;

beforeEach(async () => {
  const builder = new StreamsBuilder();
  builder
    .stream('in', { ...text, name: 'read' })
    .filter((value) => value !== 'no', { name: 'wanted' })
    .to('out', { ...text, name: 'write' });
  instance = new MemoryInstance({ '0_0': builder.build() });
  await instance.instance.start();
  instance.tasks.open(['0_0']);
  await vi.waitFor(() => expect(instance.tasks.running).toHaveLength(1), WAIT);
});
afterEach(() => instance.stop());

it('counts what each node was given, and goes on counting when a task was given up and comes back', async () => {
  const flow = (): ReturnType<typeof flowOf> => flowOf(instance.tasks, instance.reader);
  instance.write('in', ['a', 'no', 'b']);
  await vi.waitFor(() => expect(flow().nodes).toEqual({ read: 3, wanted: 3, write: 2 }), WAIT);
  expect(flow().inputs).toEqual([{ topic: 'in', lag: 0 }]);

  await instance.tasks.close(['0_0']);
  expect(flow()).toEqual({ nodes: { read: 3, wanted: 3, write: 2 }, inputs: [], opening: [] });
  instance.tasks.open(['0_0']);
  expect(flow().opening).toEqual(['0_0']);
  await vi.waitFor(() => expect(flow().nodes).toEqual({ read: 6, wanted: 6, write: 4 }), WAIT);
});

it('does not know the lag of a topic of which one end is not known', () => {
  const reader = { endOffset: ({ partition }: { partition: number }) => (partition === 1 ? -1 : 5) };
  const queue = (topic: string, partition: number): object => ({ topic, partition, committableOffset: 2 });
  const running = [{ partitions: [queue('a', 0), queue('b', 0)] }, { partitions: [queue('b', 1), queue('a', 2)] }];
  const tasks = { taken: new Map<string, number>(), running, opening: [] } as unknown as Parameters<typeof flowOf>[0];
  expect(flowOf(tasks, reader).inputs).toEqual([
    { topic: 'a', lag: 6 },
    { topic: 'b', lag: null },
  ]);
});
