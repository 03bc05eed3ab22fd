import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { InstanceDirectory } from '../../../src/worker/group/instance-directory.js';
import { planOf } from '../../../src/worker/topics/topic-plan.js';

function application() {
  const builder = new StreamsBuilder();
  builder.stream<string, string>('in').groupByKey().count({ store: 'counts' });
  builder.stream<string, string>('other').to('out');
  builder.globalTable<string, string>('names', { store: 'names' });
  const topology = builder.build();
  return { topology, plan: planOf(topology, 'app', { in: 2, other: 2, names: 1, out: 1 }) };
}

it('lists this instance first, with what runs here, then the others with what the leader gave them', () => {
  const { topology, plan } = application();
  const directory = new InstanceDirectory('mine:1');
  directory.assigned({ hosts: { 'z:9': ['1_0'], 'mine:1': ['0_0', '0_1'], 'b:2': ['1_1', '0_1'] } });
  const lags = {
    inputs: [{ topic: 'in', partition: 0, lag: 3 }],
    stores: [{ store: 'counts', task: '0_0', partition: 0, lag: 0 }],
  };
  expect(directory.instances({ tasks: ['0_0'], lags }, topology, plan)).toEqual([
    {
      host: 'mine:1',
      isHere: true,
      tasks: ['0_0'],
      partitions: [{ topic: 'in', partition: 0 }],
      stores: ['counts', 'names'],
      lags,
    },
    {
      host: 'b:2',
      isHere: false,
      tasks: ['1_1', '0_1'],
      partitions: [
        { topic: 'other', partition: 1 },
        { topic: 'in', partition: 1 },
      ],
      stores: ['counts', 'names'],
      lags: null,
    },
    {
      host: 'z:9',
      isHere: false,
      tasks: ['1_0'],
      partitions: [{ topic: 'other', partition: 0 }],
      stores: ['names'],
      lags: null,
    },
  ]);
});

it("takes a task that runs here for ours, whatever the leader said, and one on its way for nobody's", () => {
  const directory = new InstanceDirectory(null);
  directory.assigned({ hosts: { 'b:2': ['0_0', '0_1'] } });
  expect(directory.ownerOf('0_0', new Set(['0_0']))).toEqual({ host: null, isHere: true });
  expect(directory.ownerOf('0_1', new Set(['0_0']))).toEqual({ host: 'b:2', isHere: false });
  expect(directory.ownerOf('0_2', new Set(['0_0']))).toBeNull();
});

it('understands a leader that tells of nobody', () => {
  const directory = new InstanceDirectory('mine:1');
  directory.assigned({ hosts: { 'b:2': ['0_1'] } });
  directory.assigned({});
  expect(directory.ownerOf('0_1', new Set())).toBeNull();
});
