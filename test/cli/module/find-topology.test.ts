import { describe, expect, it } from 'vitest';
import { findTopology } from '../../../src/cli/module/find-topology.js';
import { KafkaStreams } from '../../../src/app.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';

function builder(topic = 'in'): StreamsBuilder {
  const made = new StreamsBuilder();
  made.stream(topic, { key: serdes.string(), value: serdes.string() }).to('out');
  return made;
}
const topology = builder().build();

const find = (exports: Record<string, unknown>, name?: string) => findTopology('app.ts', exports, name);

describe('the topology of a module', () => {
  it.each([
    ['itself', { topology }],
    ['its builder', { builder: builder() }],
    ['a function of any name that gives it', { TOPICS: { a: 'a' }, ordersWithNames: () => topology }],
    ['an asynchronous function that gives a builder', { default: async () => builder() }],
    ['the one of a telling name', { topology, other: () => expect.unreachable() }],
  ])('is %s', async (_, exports) => {
    const found = await find(exports);
    expect(found.kind === 'topology' && found.topology.toString()).toBe(topology.toString());
  });

  it('is that of the export that is named', async () => {
    const exports = { topology, createOther: () => builder('other').build() };
    expect(await find(exports, 'createOther')).toMatchObject({ name: 'createOther', kind: 'topology' });
    await expect(find(exports, 'createothers')).rejects.toThrow(
      'app.ts does not export createothers; it exports topology, createOther',
    );
  });

  it('may be part of an application', async () => {
    const streams = new KafkaStreams(topology, { applicationId: 'app', kafka: { brokers: ['localhost:1'] } });
    expect(await find({ streams })).toEqual({ kind: 'application', name: 'streams', streams });
  });

  it.each([
    [{}, 'app.ts exports no topology (it exports nothing)'],
    [{ TOPICS: ['a'] }, 'app.ts exports no topology (it exports TOPICS)'],
    [
      { one: () => topology, two: () => topology },
      'several things that may be a topology (one, two): say which by --export',
    ],
    [{ topology: () => 5 }, 'the export topology of app.ts needs a topology, not 5'],
    [{ topology: new StreamsBuilder().build() }, 'the topology of the export topology of app.ts is empty'],
    [
      {
        make: () => {
          throw new Error('no topic was given');
        },
      },
      'make of app.ts, called without arguments, failed: no topic was given',
    ],
  ])('that cannot be found is told: %o', async (exports, message) => {
    await expect(find(exports)).rejects.toThrow(message);
  });
});
