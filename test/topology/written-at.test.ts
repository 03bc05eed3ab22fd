import { expect, it } from 'vitest';
import { serdes, StreamsBuilder, TopologyBuilder } from '../../src/index.js';
import { calledAt, writtenAtText } from '../../src/topology/written-at.js';

const HERE = /written-at\.test\.ts:\d+:\d+$/;
const texts = { key: serdes.string(), value: serdes.string() };

it('is the line of the user, whatever of this package is called on the way', () => {
  const builder = new StreamsBuilder();
  builder
    .stream('in', texts)
    .groupBy((value) => value, texts)
    .count({ store: 'n' })
    .toStream()
    .to('out');
  const topology = builder.build();
  for (const { name } of topology.nodes) expect(topology.writtenAt(name)).toMatch(HERE);
  const places = topology.nodes.map(({ name }) => topology.writtenAt(name));
  // Of the repartition it is that of the aggregation that needs it.
  expect(topology.writtenAt('n-repartition-sink')).toBe(topology.writtenAt('KSTREAM-AGGREGATE-0000000002'));
  expect(new Set(places).size).toBeGreaterThan(3);
});

it('is known of a topology by hand, too', () => {
  const topology = new TopologyBuilder()
    .addSource('source', ['in'], texts)
    .addSink('sink', 'out', ['source'], texts)
    .build();
  expect(topology.writtenAt('sink')).toMatch(HERE);
  expect(topology.writtenAt('nothing')).toBeNull();
});

it('is left out where it cannot be told', () => {
  const bundled = new Error('bundled');
  bundled.stack = 'Error\n    at thisCall (/app/bundle.js:1:500)\n    at main (/app/bundle.js:1:900)';
  expect(calledAt(bundled)).toBeNull();
  bundled.stack = '';
  expect(calledAt(bundled)).toBeNull();
  expect(writtenAtText(undefined, 'sink')).toBe('');
});

it('reads frames of both kinds, and paths with blanks', () => {
  const call = new Error('call');
  call.stack = [
    'Error',
    '    at thisCall (file:///app/node_modules/millrace/dist/topology/written-at.js:10:10)',
    '    at KStream.to (file:///app/node_modules/millrace/dist/dsl/stream.js:9:9)',
    '    at file:///app/my%20service/app.ts:12:6',
  ].join('\n');
  expect(calledAt(call)).toBe('/app/my%20service/app.ts:12:6');
  call.stack = [
    'Error',
    '    at thisCall (/app/node_modules/millrace/dist/cjs/topology/written-at.js:10:10)',
    '    at KStream.to (/app/node_modules/millrace/dist/cjs/dsl/stream.js:9:9)',
    '    at async Promise.all (index 0)',
    '    at main (/app/my service/app.ts:12:6)',
  ].join('\n');
  expect(calledAt(call)).toBe('/app/my service/app.ts:12:6');
});
