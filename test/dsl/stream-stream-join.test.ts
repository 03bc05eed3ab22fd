import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import { JoinWindows } from '../../src/time/join-windows.js';
import { nodeNames, operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const joiner = (): string => '';
const windows = JoinWindows.of({ timeDifference: 5, after: 10, grace: 100 });
/** What a store of the user must keep for them. */
const mine = { ...texts, windowSize: 15, retention: 115, retainDuplicates: true };

describe('joins of two streams', () => {
  it('write the operators of both sides, which share their time under the name of the last one', () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', { ...texts, name: 'a' }), builder.stream('b', { ...texts, name: 'b' })];
    a.leftJoin(b, joiner, windows, { name: 'n', store: 's' });
    const topology = builder.build();
    expect(nodeNames(topology)).toEqual([
      'a',
      'b',
      'n-this-windowed',
      'n-other-windowed',
      'n-this-join',
      'n-outer-other-join',
      'n-merge',
    ]);
    const [left, right, waitingStore] = ['s-this-join-store', 's-outer-other-join-store', 's-left-shared-join-store'];
    expect(operatorOf(topology, 'n-this-windowed')).toEqual({ kind: 'streamJoinWindow', store: left });
    const side = { kind: 'streamJoin', joiner, windows, waitingStore, join: 'n-merge' };
    expect(operatorOf(topology, 'n-this-join')).toEqual({ ...side, left: true, outer: true, otherStore: right });
    expect(operatorOf(topology, 'n-outer-other-join')).toEqual({
      ...side,
      left: false,
      outer: false,
      otherStore: left,
    });
    expect(topology.node('n-merge')).toMatchObject({ parents: ['n-this-join', 'n-outer-other-join'] });
    expect(topology.node('n-this-join')).toMatchObject({ stores: [right, waitingStore] });
  });

  it('keep the records of a side in a store of the user, which names the store of waiting records too', () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', texts), builder.stream('b', texts)];
    const thisStore = stores.window({ ...mine, name: 'mine', engine: 'memory', logging: { 'segment.ms': '1000' } });
    a.leftJoin(b, joiner, windows, { store: 's', thisStore });
    a.join(b, joiner, windows, { store: 't', otherStore: stores.window({ ...mine, name: 'yours', logging: false }) });
    const topology = builder.build();
    const kept = { kind: 'window', retainDuplicates: true, retentionMs: 115, windowSizeMs: 15, logHeaders: true };
    expect(topology.stores.get('mine')).toMatchObject({
      ...kept,
      engine: 'memory',
      caching: false,
      logging: { 'segment.ms': '1000' },
    });
    expect(topology.stores.get('mine-left-shared-join-store')).toMatchObject({ kind: 'outerJoin', engine: 'memory' });
    expect(topology.stores.get('s-outer-other-join-store')).toMatchObject({ ...kept, engine: 'level' });
    expect(topology.stores.get('yours')).toMatchObject({ ...kept, engine: 'level', logging: false });
    expect(topology.stores.get('t-this-join-store')).toMatchObject(kept);
  });

  it.each<[string, object]>([
    ['retainDuplicates', { retainDuplicates: false }],
    ['exactly 15 ms and 115 ms', { windowSize: 14 }],
    ['exactly 15 ms and 115 ms', { retention: 116 }],
  ])('refuse a store that does not keep what they need: %s', (text, wrong) => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', texts), builder.stream('b', texts)];
    const otherStore = stores.window({ ...mine, name: 'mine', ...wrong });
    expect(() => a.join(b, joiner, windows, { otherStore })).toThrow(text);
  });

  it('refuse one store for both sides, and stores of other kinds', () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', texts), builder.stream('b', texts)];
    const store = stores.window({ ...mine, name: 'mine' });
    expect(() => a.join(b, joiner, windows, { thisStore: store, otherStore: store })).toThrow(/both called mine/);
    const rows = stores.keyValue({ ...texts, name: 'rows' });
    expect(() => a.join(b, joiner, windows, { thisStore: rows })).toThrow(/no window store/);
  });

  it('find what is in a store of the user', async () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', texts), builder.stream('b', texts)];
    const thisStore = stores.window({ ...mine, name: 'mine' });
    a.outerJoin(b, (left, right) => `${String(left)}+${String(right)}`, windows, { thisStore }).to('out', texts);
    const driver = new TopologyTestDriver(builder.build());
    const [one, other] = [driver.inputTopic('a', texts), driver.inputTopic('b', texts)];
    one.pipe('k', 'x', { timestamp: 10 });
    one.pipe('k', 'y', { timestamp: 10 });
    other.pipe('k', 'z', { timestamp: 12 });
    other.pipe('l', 'z', { timestamp: 500 });
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['x+z', 'y+z']);
    expect(driver.producedTopics).toContain('test-mine-changelog');
    await driver.close();
  });

  it('keep the records of each side with duplicates for as long as they can be joined, never cached', () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream('a', texts), builder.stream('b', { key: serdes.string(), value: serdes.long() })];
    const logging = { 'segment.bytes': '1' };
    a.outerJoin(b, joiner, windows, { store: 's', engine: 'memory', logging });
    const { stores } = builder.build();
    const common = { format: 'plain', key: texts.key, engine: 'memory', caching: false, logging };
    const window = { ...common, kind: 'window', retentionMs: 115, windowSizeMs: 15, retainDuplicates: true };
    expect([...stores.values()]).toEqual([
      { ...window, name: 's-outer-this-join-store', value: texts.value, logHeaders: true },
      { ...window, name: 's-outer-other-join-store', value: serdes.long(), logHeaders: true },
      {
        ...common,
        kind: 'outerJoin',
        name: 's-outer-shared-join-store',
        value: texts.value,
        rightValue: serdes.long(),
      },
    ]);
  });

  it('take the serdes that are named, in stores and where they repartition', () => {
    const builder = new StreamsBuilder();
    const rekeyed = (topic: string) => builder.stream<string, string>(topic).selectKey(joiner, { name: `by-${topic}` });
    const [key, value, otherValue] = [serdes.string(), serdes.json<string>(), serdes.string()];
    rekeyed('a').join(rekeyed('b'), joiner, windows, { key, value, otherValue });
    const topology = builder.build();
    expect(topology.node('by-a-repartition-source')).toMatchObject({ key, value });
    expect(topology.node('by-b-repartition-source')).toMatchObject({ key, value: otherValue });
    expect([...topology.stores.values()]).toMatchObject([
      { key, value },
      { key, value: otherValue },
    ]);
    expect(topology.copartitionGroups.map((group) => [...group].sort())).toEqual([
      ['by-a-repartition-source', 'by-b-repartition-source'],
    ]);
  });

  it('hand the key serde down, not those of the values', () => {
    const builder = new StreamsBuilder();
    builder.stream('a', texts).join(builder.stream('b', texts), joiner, windows).to('out', { name: 'sink' });
    expect(builder.build().node('sink')).toMatchObject({ key: texts.key, value: undefined });
  });

  it('do not need logging', () => {
    const builder = new StreamsBuilder();
    builder.stream('a').leftJoin(builder.stream('b'), joiner, windows, { logging: false });
    expect([...builder.build().stores.values()].map(({ logging }) => logging)).toEqual([false, false, false]);
  });

  it('need windows, a joiner, a stream of the same builder and options that they know', () => {
    const builder = new StreamsBuilder();
    const [a, b] = [builder.stream<string, string>('a'), builder.stream<string, string>('b')];
    const refused = (code: string): Error => expect.objectContaining({ code }) as Error;
    expect(() => a.join(b, joiner, { timeDifference: 1 } as never)).toThrow(/needs JoinWindows behind the joiner/);
    expect(() => a.join(b, 'no' as never, windows)).toThrow(refused('CONFIG_INVALID'));
    expect(() => a.join(b, joiner, windows, { caching: true } as never)).toThrow(/caching/);
    expect(() => a.join(b, joiner, windows, { otherValue: 1 } as never)).toThrow(/otherValue/);
    const other = new StreamsBuilder().stream<string, string>('c');
    expect(() => a.outerJoin(other, joiner, windows)).toThrow(refused('TOPOLOGY_INVALID'));
    expect(() => a.outerJoin(builder.table('t') as never, joiner, windows)).toThrow(refused('TOPOLOGY_INVALID'));
  });
});
