import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { SuppressUntilTimeLimit } from '../../src/dsl/suppressed.js';
import type { KTable } from '../../src/dsl/table.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { codeOf } from '../error-code.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };

function users(): [StreamsBuilder, KTable<string, string | null>] {
  const builder = new StreamsBuilder();
  return [builder, builder.table('users', texts)];
}

function given(options: object): SuppressUntilTimeLimit {
  return options as SuppressUntilTimeLimit;
}

describe('KTable.suppress', () => {
  it('writes down what it was told, and takes the grace of the windows', () => {
    const builder = new StreamsBuilder();
    const counts = builder
      .stream('in', texts)
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
      .count();
    counts.mapValues(String).suppress({ until: 'windowCloses', name: 'final', logging: { 'segment.bytes': '1' } });
    counts.suppress({
      until: { timeLimit: '1m' },
      buffer: { maxRecords: 10, maxBytes: 1000, whenFull: 'emitEarly' },
      logging: false,
      name: 'calm',
    });
    const topology = builder.build();
    const noLimits = { maxRecords: Infinity, maxBytes: Infinity };
    expect(operatorOf(topology, 'final')).toEqual({
      kind: 'suppress',
      store: 'final-store',
      until: 'windowCloses',
      waitMs: 5_000,
      ...noLimits,
      whenFull: 'shutDown',
    });
    expect(operatorOf(topology, 'calm')).toMatchObject({ waitMs: 60_000, maxRecords: 10, maxBytes: 1000 });
    expect(topology.stores.get('final-store')).toMatchObject({
      kind: 'suppressBuffer',
      logging: { 'segment.bytes': '1' },
    });
    expect(topology.stores.get('calm-store')?.logging).toBe(false);
  });

  it('needs windows for their closing', () => {
    const [, table] = users();
    const call = (): unknown => table.mapValues(String).suppress(given({ until: 'windowCloses' }));
    expect(codeOf(call)).toBe('TOPOLOGY_INVALID');
    expect(call).toThrow(/none on the way KTABLE-SOURCE-.* -> KTABLE-MAPVALUES-.*; use until: \{ timeLimit \}/);
  });

  it('cannot be queried, as its store is a buffer', () => {
    const [, table] = users();
    expect(table.suppress({ until: { timeLimit: 5 }, name: 'calm' }).queryableStoreName).toBeNull();
  });

  it.each([
    ['an unknown option', { until: { timeLimit: 5 }, buffers: {} }, /has no option buffers; did you mean buffer\?/],
    ['no condition', {}, /it must be 'windowCloses' or \{ timeLimit: '5m' \}, not undefined/],
    ['another condition', { until: 'later' }, /not "later"/],
    ['an unknown part of it', { until: { timeLimits: 5 } }, /did you mean timeLimit\?/],
    ['a time limit that is none', { until: { timeLimit: 'soon' } }, /until.timeLimit must be/],
    ['a buffer without a limit', { until: { timeLimit: 5 }, buffer: { whenFull: 'emitEarly' } }, /needs a limit/],
    [
      'a limit of nothing',
      { until: { timeLimit: 5 }, buffer: { maxRecords: 0, whenFull: 'emitEarly' } },
      /buffer.maxRecords of suppress\(\): it must be a whole number of at least 1, not 0/,
    ],
    [
      'half a byte',
      { until: { timeLimit: 5 }, buffer: { maxBytes: 0.5, whenFull: 'emitEarly' } },
      /buffer.maxBytes .* not 0.5/,
    ],
    [
      'a buffer that does not say what happens',
      { until: { timeLimit: 5 }, buffer: { maxBytes: 5 } },
      /must say 'emitEarly' or 'shutDown'/,
    ],
    ['a third way', { until: { timeLimit: 5 }, buffer: { maxBytes: 5, whenFull: 'drop' } }, /not drop/],
    [
      'final results that come early',
      { until: 'windowCloses', buffer: { maxBytes: 5, whenFull: 'emitEarly' } },
      /cannot be emitted early/,
    ],
    ['logging that is none', { until: { timeLimit: 5 }, logging: 'yes' }, /option logging of suppress\(\) must be/],
  ])('refuses %s', (_, options, message) => {
    const [, table] = users();
    const call = (): unknown => table.suppress(given(options));
    expect(codeOf(call)).toBe('CONFIG_INVALID');
    expect(call).toThrow(message);
  });

  it('refuses a table with a history, its own or that of the table that it is made from', () => {
    const texts = { key: serdes.string(), value: serdes.string() };
    const table = new StreamsBuilder().table('t', { ...texts, store: 's', versioned: { historyRetention: 1 } });
    const suppressed = (one: KTable<string, string | null>) => () => one.suppress({ until: { timeLimit: 5 } });
    expect(codeOf(suppressed(table))).toBe('TOPOLOGY_INVALID');
    expect(codeOf(suppressed(table.filter(() => true)))).toBe('TOPOLOGY_INVALID');
    expect(suppressed(table.filter(() => true, texts))).not.toThrow();
  });

  it('refuses a name that is none', () => {
    const [, table] = users();
    expect(codeOf(() => table.suppress({ until: { timeLimit: 5 }, name: 'a b' }))).toBe('NAME_INVALID');
  });
});
