import { describe, expect, it } from 'vitest';
import {
  AggregateOrigin,
  DerivedOrigin,
  JoinOrigin,
  SourceOrigin,
  storesOf,
  SuppressedOrigin,
  type TableOrigin,
} from '../../src/dsl/table-origin.js';
import type { VersionedSpec } from '../../src/store/spec.js';
import type { TableRead } from '../../src/topology/operators.js';
import { store } from '../topology/parts.js';

const spec = store('s');

function derived(parent: TableOrigin, own: string | null = null): DerivedOrigin {
  const mapper = (value: unknown): unknown => value;
  return new DerivedOrigin(parent, own === null ? null : store(own), own !== null, (read) => ({
    kind: 'mapValues',
    parent: read,
    mapper,
  }));
}

describe('the history of a table', () => {
  const own: VersionedSpec = { ...store('v'), kind: 'versioned', format: 'plain', retentionMs: 1 };
  const versioned = new SourceOrigin(own, true);
  const map = (read: TableRead): TableRead => read;

  it('is that of its store, or of the table that it is computed from', () => {
    expect([versioned.versioned, versioned.history]).toEqual([true, own]);
    expect([new SourceOrigin(spec, true).versioned, new SourceOrigin(spec, true).history]).toEqual([false, null]);
    expect([new AggregateOrigin(own).versioned, new AggregateOrigin(own).history]).toEqual([true, own]);
    const through = new DerivedOrigin(versioned, null, false, map);
    expect([through.versioned, through.history]).toEqual([true, own]);
    const plain = new DerivedOrigin(versioned, spec, true, map);
    expect([plain.versioned, plain.history]).toEqual([false, null]);
    const again = new DerivedOrigin(plain, own, true, map);
    expect([again.versioned, again.history]).toEqual([true, own]);
  });

  it('can still be asked, but does not count, where something was said about a store that there is not', () => {
    const serdesOnly = new DerivedOrigin(versioned, null, true, map);
    expect([serdesOnly.versioned, serdesOnly.history]).toEqual([false, own]);
  });

  it('is not that of two joined tables, unless their result has one', () => {
    const join = (kept: typeof own | null): JoinOrigin => new JoinOrigin([versioned, versioned], kept, map);
    expect([join(null).versioned, join(null).history]).toEqual([false, null]);
    expect([join(own).versioned, join(own).history]).toEqual([true, own]);
  });
});

describe('SourceOrigin', () => {
  it('has a store once it is named, read, or asked for old values with force', () => {
    expect(new SourceOrigin(spec, false).store).toBeNull();
    expect(new SourceOrigin(spec, true).store).toBe(spec);
    const read = new SourceOrigin(spec, false);
    expect(read.read()).toEqual({ kind: 'store', store: 's' });
    expect(read.store).toBe(spec);
    expect(read.sendsOldValues).toBe(false);
    const asked = new SourceOrigin(spec, false);
    expect([asked.requestOldValues(false), asked.store, asked.sendsOldValues]).toEqual([false, null, false]);
    expect([asked.requestOldValues(true), asked.store, asked.sendsOldValues]).toEqual([true, spec, true]);
  });

  it('sends old values for the asking when it has a store', () => {
    const origin = new SourceOrigin(spec, true);
    expect([origin.requestOldValues(false), origin.sendsOldValues]).toEqual([true, true]);
  });
});

describe('AggregateOrigin', () => {
  it('always has a store and can always send old values', () => {
    const origin = new AggregateOrigin(spec);
    expect(origin.read()).toEqual({ kind: 'store', store: 's' });
    expect([origin.sendsOldValues, origin.requestOldValues(), origin.sendsOldValues]).toEqual([false, true, true]);
  });
});

describe('DerivedOrigin', () => {
  it('reads its own store, or computes from what its parent reads', () => {
    const source = new SourceOrigin(spec, false);
    expect(derived(source, 'own').read()).toEqual({ kind: 'store', store: 'own' });
    expect(source.store).toBeNull();
    const read: TableRead = derived(derived(source)).read();
    expect(read).toMatchObject({ kind: 'mapValues', parent: { kind: 'mapValues', parent: { store: 's' } } });
    expect(storesOf(read)).toEqual(['s']);
    expect(source.store).toBe(spec);
  });

  it('passes the wish for old values up, unless it has a store to take them from', () => {
    const source = new SourceOrigin(spec, false);
    const table = derived(source);
    expect([table.requestOldValues(false), table.sendsOldValues]).toEqual([false, false]);
    expect([table.requestOldValues(true), table.sendsOldValues, source.sendsOldValues]).toEqual([true, true, true]);
    const untouched = new SourceOrigin(spec, false);
    const stored = derived(untouched, 'own');
    expect([stored.requestOldValues(true), stored.sendsOldValues, untouched.sendsOldValues]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('JoinOrigin', () => {
  const join = (left: TableRead, right: TableRead): TableRead => ({
    kind: 'join',
    left,
    right,
    joiner: (value) => value,
    type: 'inner',
  });

  it('reads its own store, or both its inputs', () => {
    const [left, right] = [new SourceOrigin(store('l'), false), new SourceOrigin(store('r'), false)];
    expect(new JoinOrigin([left, right], store('j'), join).read()).toEqual({ kind: 'store', store: 'j' });
    expect([left.store, right.store]).toEqual([null, null]);
    const read = new JoinOrigin([left, derived(right)], null, join).read();
    expect(storesOf(read)).toEqual(['l', 'r']);
    expect(storesOf(join(read, read))).toEqual(['l', 'r']);
    expect(left.store?.name).toBe('l');
  });

  it('makes both inputs keep their old values when somebody wants its own', () => {
    const [left, right] = [new SourceOrigin(store('l'), false), new SourceOrigin(store('r'), false)];
    const joined = new JoinOrigin([left, right], null, join);
    expect(joined.sendsOldValues).toBe(false);
    expect(joined.requestOldValues()).toBe(true);
    expect([joined.sendsOldValues, left.sendsOldValues, right.sendsOldValues]).toEqual([true, true, true]);
    expect([left.store?.name, right.store?.name]).toEqual(['l', 'r']);
  });
});

describe('SuppressedOrigin', () => {
  it('makes the tables before it send old values, and always sends them itself', () => {
    const source = new SourceOrigin(spec, false);
    const suppressed = new SuppressedOrigin(derived(source), 'buffer');
    expect([source.store, source.sendsOldValues]).toEqual([spec, true]);
    expect([suppressed.store, suppressed.sendsOldValues, suppressed.requestOldValues()]).toEqual([null, true, true]);
  });

  it('is read in its buffer first, then in the table before it', () => {
    const read = derived(new SuppressedOrigin(derived(new SourceOrigin(spec, true)), 'buffer')).read();
    expect(storesOf(read)).toEqual(['buffer', 's']);
  });
});
