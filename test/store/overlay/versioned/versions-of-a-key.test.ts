import { afterEach, describe, expect, it } from 'vitest';
import type { VersionedRecord } from '../../../../src/store/versioned-store.js';
import { spec, StateBench } from '../../state-bench.js';
import { fc } from '../../../property.js';

const HISTORY = spec({ name: 'history', kind: 'versioned', retentionMs: 50, segmentIntervalMs: 7 });

let bench: StateBench;

afterEach(() => bench.remove());

describe('the versions of a key in a time', () => {
  it('are those that getAsOf gives for its moments', () => {
    const puts = fc.array(fc.tuple(fc.nat(120), fc.option(fc.nat(9))), { maxLength: 25 });
    fc.assert(
      fc.property(puts, fc.nat(130), fc.nat(60), (all, from, length) => {
        bench = new StateBench([HISTORY]).openSync();
        const store = bench.state.get<string, number>('versioned', 'history');
        for (const [at, [time, value]] of all.entries()) {
          store.put('a', value, time);
          if (at % 5 === 4) bench.commitSync();
        }
        const to = from + length;
        const expected = new Map<number, VersionedRecord<number>>();
        for (let time = from; time <= to; time += 1) {
          const version = store.getAsOf('a', time);
          if (version !== null) expected.set(version.timestamp, version);
        }
        expect(store.versions('a', from, to)).toEqual([...expected.values()]);
      }),
    );
  });

  it('are none of a key that is not there, or backwards', () => {
    bench = new StateBench([HISTORY]).openSync();
    const store = bench.state.get<string, number>('versioned', 'history');
    expect(store.versions('a', 0, 10)).toEqual([]);
    store.put('a', 1, 5);
    expect(store.versions('a', 10, 4)).toEqual([]);
  });
});
