/** What a store could not write at the commit is refused at the put, and leaves the store as it was. */
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../../src/serde/serde.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { TaskState } from '../../../src/store/task-state.js';
import type { StoreFormat, StoreKind } from '../../../src/store/spec.js';
import { spec, StateBench } from '../state-bench.js';

const refusal = (code: string): unknown => expect.objectContaining({ code });
const UNWRITABLE = refusal('SERIALIZATION_FAILED');

/** Refuses everything above a hundred, by writing it. */
const small: Serde<number> = {
  immutable: true,
  serialize: (value) => {
    if (value > 100) throw new RangeError(`${String(value)} is too much`);
    return Buffer.of(value);
  },
  deserialize: (bytes) => bytes[0] as number,
};
const smallObjects: Serde<number> = { serialize: small.serialize, deserialize: small.deserialize };
const bytesOfOtherKinds: Serde<number> = {
  serialize: (value) => (value > 100 ? ('text' as unknown as Buffer) : (new Uint8Array([value]) as Buffer)),
  deserialize: (bytes) => bytes[0] as number,
};

const SERDES: readonly (readonly [name: string, serde: unknown, good: unknown, bad: readonly unknown[]])[] = [
  ['long', serdes.long(), 5, [999.5, '5', Number.NaN, 2 ** 53, 5n, undefined]],
  ['int', serdes.int(), 5, [2 ** 31, 0.1, undefined]],
  ['short', serdes.short(), 5, [40_000, undefined]],
  ['double', serdes.double(), 5, ['5', undefined, {}]],
  ['float', serdes.float(), 5, ['5', undefined]],
  ['bigint', serdes.bigint(), 5n, [5, 2n ** 63n, undefined]],
  ['boolean', serdes.boolean(), true, [1, 'true', undefined]],
  ['string', serdes.string(), 'a', [5, {}, undefined]],
  ['uuid', serdes.uuid(), '123e4567-e89b-42d3-a456-426614174000', ['a', 5, undefined]],
  ['json', serdes.json(), { n: 1 }, [undefined, () => 1, 5n]],
  ['bytes', serdes.bytes(), Buffer.from('a'), ['a', new Uint8Array(1), undefined]],
  ['immutable of a user', small, 5, [101]],
  ['of a user', smallObjects, 5, [101]],
  ['bytes that are no Buffer', bytesOfOtherKinds, 5, [101]],
];

interface Kind {
  readonly kind: StoreKind;
  readonly format?: StoreFormat;
  /** Default of the key: `k`. */
  readonly put: (state: TaskState, value: unknown, key?: string) => void;
  readonly get: (state: TaskState) => unknown;
}

const KINDS: Readonly<Record<string, Kind>> = {
  keyValue: {
    kind: 'keyValue',
    put: (state, value, key = 'k') => {
      state.get('keyValue', 's').put(key, value);
    },
    get: (state) => state.get('keyValue', 's').get('k'),
  },
  'timestamped keyValue': {
    kind: 'keyValue',
    format: 'timestamped',
    put: (state, value, key = 'k') => {
      state.get('keyValue', 's', 'timestamped').put(key, value, 1);
    },
    get: (state) => state.get('keyValue', 's', 'timestamped').get('k'),
  },
  window: {
    kind: 'window',
    put: (state, value, key = 'k') => {
      state.get('window', 's').put(key, value, 10);
    },
    get: (state) => state.get('window', 's').fetchRange('k', 0, 100),
  },
  'timestamped window': {
    kind: 'window',
    format: 'timestamped',
    put: (state, value, key = 'k') => {
      state.get('window', 's', 'timestamped').put(key, value, 10, 1);
    },
    get: (state) => state.get('window', 's', 'timestamped').fetch('k', 10),
  },
  session: {
    kind: 'session',
    put: (state, value, key = 'k') => {
      state.get('session', 's').put(key, 10, 20, value);
    },
    get: (state) => state.get('session', 's').fetch('k'),
  },
  versioned: {
    kind: 'versioned',
    put: (state, value, key = 'k') => {
      state.get('versioned', 's').put(key, value, 10);
    },
    get: (state) => state.get('versioned', 's').get('k'),
  },
  joinBuffer: {
    kind: 'joinBuffer',
    put: (state, value, key = 'k') => {
      state.get('joinBuffer', 's').put(key, value);
    },
    get: (state) => state.get('joinBuffer', 's').records,
  },
  suppressBuffer: {
    kind: 'suppressBuffer',
    put: (state, value, key = 'k') => {
      state.get('suppressBuffer', 's').put(key, value, null, 1);
    },
    get: (state) => state.get('suppressBuffer', 's').prior('k'),
  },
  outerJoin: {
    kind: 'outerJoin',
    put: (state, value, key = 'k') => {
      state.get('outerJoin', 's').add(1, true, key, value);
    },
    get: (state) => [...state.get('outerJoin', 's').all()],
  },
};

describe.each(Object.entries(KINDS))('a store of kind %s', (_kind, { kind, format = 'plain', put, get }) => {
  it.each(SERDES)('refuses at the put what its serde refuses: %s', (_name, serde, good, bad) => {
    for (const caching of [false, true]) {
      const times = { retentionMs: 1000, windowSizeMs: 10, sessionGapMs: 10 };
      const value = serde as Serde<unknown>;
      const bench = new StateBench([spec({ name: 's', kind, format, value, caching, ...times })]).openSync();
      bench.record(1);
      const { state } = bench;
      if (caching && kind === 'keyValue' && format === 'timestamped') {
        state.get('keyValue', 's', 'timestamped').setFlushListener(() => undefined, true);
      }
      for (const one of bad)
        expect(() => {
          put(state, one);
        }).toThrow(UNWRITABLE);
      expect(state.dirty).toBe(false);
      put(state, good);
      const before = get(state);
      for (const one of bad)
        expect(() => {
          put(state, one);
        }).toThrow(UNWRITABLE);
      expect(get(state)).toEqual(before);
      bench.commitSync();
      for (const records of bench.changelogs.topics.values()) expect(records).toHaveLength(1);
      expect(get(state)).toEqual(before);
    }
  });

  it('refuses at the put what the serde of its keys refuses', () => {
    const times = { retentionMs: 1000, windowSizeMs: 10, sessionGapMs: 10 };
    const bench = new StateBench([spec({ name: 's', kind, format, key: serdes.int(), ...times })]).openSync();
    bench.record(1);
    expect(() => {
      put(bench.state, 1);
    }).toThrow(UNWRITABLE);
    expect(bench.state.dirty).toBe(false);
    bench.commitSync();
    expect([...bench.changelogs.topics.values()].flat()).toEqual([]);
  });
});

// The operator in front of a join's buffer sees to it.
const KEYED = Object.entries(KINDS).filter(([name]) => name !== 'joinBuffer');

describe.each(KEYED)('a store of kind %s', (_kind, { kind, format = 'plain', put }) => {
  it.each<[string, Serde<unknown>]>([
    ['string', serdes.string()],
    ['json', serdes.json()],
    ['bytes', { serialize: () => Buffer.alloc(0), deserialize: () => '' }],
  ])('has no row of a null key, even where it is the first one and %s could write it', (_name, key) => {
    const times = { retentionMs: 1000, windowSizeMs: 10, sessionGapMs: 10 };
    const bench = new StateBench([spec({ name: 's', kind, format, key, ...times })]).openSync();
    bench.record(1);
    expect(() => {
      put(bench.state, 1, null as unknown as string);
    }).toThrow(UNWRITABLE);
    expect(bench.state.dirty).toBe(false);
    bench.commitSync();
    expect([...bench.changelogs.topics.values()].flat()).toEqual([]);
  });
});

describe('times that could not be written', () => {
  const ODD = [
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '7' as unknown as number,
    undefined as unknown as number,
  ];

  it('are refused at the put', () => {
    const times = { retentionMs: 1000, windowSizeMs: 10, sessionGapMs: 10 };
    const specs = [
      spec({ name: 'keys', kind: 'keyValue', format: 'timestamped' }),
      spec({ name: 'windows', kind: 'window', format: 'timestamped', ...times }),
      spec({ name: 'sessions', kind: 'session', ...times }),
      spec({ name: 'history', kind: 'versioned', ...times }),
    ];
    for (const odd of ODD) {
      const bench = new StateBench(specs).openSync();
      bench.record(1);
      const { state } = bench;
      const puts = [
        () => {
          state.get('keyValue', 'keys', 'timestamped').put('k', 1, odd);
        },
        () => state.get('keyValue', 'keys', 'timestamped').delete('k', odd),
        () => {
          state.get('window', 'windows', 'timestamped').put('k', 1, odd, 1);
        },
        () => {
          state.get('window', 'windows', 'timestamped').put('k', 1, 10, odd);
        },
        () => {
          state.get('session', 'sessions').put('k', odd, 10, 1);
        },
        () => {
          state.get('session', 'sessions').put('k', 10, odd, 1);
        },
        () => {
          state.get('session', 'sessions').remove('k', 10, odd);
        },
        () => state.get('versioned', 'history').put('k', 1, odd),
      ];
      for (const put of puts) expect(put).toThrow(refusal('TIMESTAMP_INVALID'));
      expect(state.dirty).toBe(false);
    }
  });
});
