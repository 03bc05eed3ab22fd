/** What the compiler refuses in the description of a store, and in what a store is asked for as. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';
import type { CommonSpec, StoreSpec } from '../../src/store/spec.js';
import { spec, StateBench } from './state-bench.js';

const common: CommonSpec = {
  name: 's',
  key: undefined,
  value: undefined,
  engine: 'memory',
  caching: false,
  logging: {},
};

describe('the description of a store', () => {
  it('must say what its kind cannot do without', () => {
    const lacking: StoreSpec[] = [
      // @ts-expect-error the retention
      { ...common, kind: 'session', format: 'plain' },
      // @ts-expect-error the retention
      { ...common, kind: 'versioned', format: 'plain' },
      // @ts-expect-error how long records wait
      { ...common, kind: 'joinBuffer', format: 'plain' },
      // @ts-expect-error the length of a window
      { ...common, kind: 'window', format: 'timestamped', retentionMs: 1 },
      // @ts-expect-error the format
      { ...common, kind: 'keyValue' },
      // @ts-expect-error the serde of the other side
      { ...common, kind: 'outerJoin', format: 'plain' },
    ];
    expect(lacking).toHaveLength(6);
  });

  it('cannot say what another kind is about, nor a format that its kind does not have', () => {
    const odd: StoreSpec[] = [
      // @ts-expect-error only window stores keep duplicates
      { ...common, kind: 'keyValue', format: 'plain', retainDuplicates: true },
      // @ts-expect-error sessions have no timestamps
      { ...common, kind: 'session', format: 'timestamped', retentionMs: 1 },
    ];
    expect(odd).toHaveLength(2);
  });
});

describe('asking for a store', () => {
  const bench = new StateBench([
    spec({ name: 'rows', kind: 'keyValue', format: 'timestamped' }),
    spec({ name: 'sessions', kind: 'session', retentionMs: 1_000 }),
  ]).openSync();
  const { get } = bench.state;

  // @ts-expect-error there are none
  const timestampedSessions = (): unknown => get('session', 'sessions', 'timestamped');

  it('finds it by kind, name and format', () => {
    const rows = get<string, number>('keyValue', 'rows', 'timestamped');
    rows.put('k', 7, 3);
    expect(rows.get('k')).toEqual({ value: 7, timestamp: 3 });
    expect([rows.kind, rows.format]).toEqual(['keyValue', 'timestamped']);
    expect([get('session', 'sessions').kind, get('session', 'sessions').format]).toEqual(['session', 'plain']);
  });

  it.each([
    [
      'another format',
      () => get('keyValue', 'rows'),
      /rows is of kind keyValue and format timestamped, not .* format plain/,
    ],
    ['another kind', () => get('versioned', 'sessions'), /sessions is of kind session .*, not of kind versioned/],
    ['another name', () => get('session', 'lost'), /lost is not connected to this task, which has rows, sessions/],
    ['a format that there is not', timestampedSessions, /not of kind session and format timesta/],
  ])('refuses %s', (_what, ask, message) => {
    expect(ask).toThrow(MillraceError);
    expect(ask).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
    expect(ask).toThrow(message);
  });
});
