import { describe, expect, it } from 'vitest';
import { VersionLog } from '../../../../src/store/overlay/versioned/version-log.js';
import { spec } from '../../state-bench.js';
import { partsOf, type PartsBench } from '../parts-bench.js';

function open(logged = true): PartsBench & { readonly log: VersionLog } {
  const bench = partsOf(spec({ name: 's', kind: 'versioned', retentionMs: 1_000 }), { logged });
  return { ...bench, log: new VersionLog(bench.parts) };
}

describe('the log of a versioned store', () => {
  it('has every put, in the order in which they came, and each once', () => {
    const { log, commit } = open();
    log.note('a', 10, 1);
    log.note('b', 5, 2);
    log.note('a', 10, null);
    expect(log.none).toBe(false);
    const logged = commit(log);
    expect(logged.map(({ key, value, timestamp }) => [key.toString(), value?.readDoubleBE(), timestamp])).toEqual([
      ['a', 1, 10],
      ['b', 2, 5],
      ['a', undefined, 10],
    ]);
    expect([log.none, commit(log)]).toEqual([true, []]);
  });

  it('counts as memory that a commit frees', () => {
    const { log, commit, budget } = open();
    log.note('a', 10, 1);
    const one = budget.dirtyBytes;
    log.note('a', 11, 2);
    expect([one > 0, budget.dirtyBytes]).toEqual([true, 2 * one]);
    commit(log);
    expect(budget.dirtyBytes).toBe(0);
  });

  it('stays empty without a changelog, and when the store is wiped', () => {
    const unlogged = open(false);
    unlogged.log.note('a', 10, 1);
    expect([unlogged.log.none, unlogged.budget.dirtyBytes]).toEqual([true, 0]);
    const { log } = open();
    log.note('a', 10, 1);
    log.clear();
    expect(log.none).toBe(true);
  });
});
