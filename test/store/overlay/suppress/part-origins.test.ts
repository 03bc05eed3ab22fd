import { afterEach, describe, expect, it } from 'vitest';
import type { Headers } from '../../../../src/record/headers.js';
import { serdes } from '../../../../src/serde/serdes.js';
import {
  changelogHeaders,
  originBytes,
  originsOf,
  readOrigins,
  UNKNOWN_ORIGIN,
  withOrigins,
} from '../../../../src/store/overlay/suppress/part-origins.js';
import { spec, StateBench } from '../../state-bench.js';

const HEADERS: Headers = [['h', Buffer.from('x')]];
const benches: StateBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.remove();
});

describe('where the values of a held change came from', () => {
  const origins = { prior: UNKNOWN_ORIGIN, old: { headers: HEADERS, timestamp: 5 } };

  it('is written in front of a change, and read again', () => {
    const stored = withOrigins(origins, Buffer.from('change'));
    expect(readOrigins(stored)).toEqual({ origins, change: Buffer.from('change') });
  });

  it('goes into the headers of its changelog record', () => {
    const [prior, old] = [Buffer.from('p'), Buffer.from('o')];
    const headers = changelogHeaders(origins, prior, old);
    expect(headers.map(([name]) => name)).toEqual(['v', 'vh.prior', 'vh.old']);
    expect(headers[1]?.[1]?.toString('hex')).toBe('00ffffffffffffffff');
    expect(headers[2]?.[1]).toEqual(originBytes(origins.old));
    expect(originsOf(headers, { prior, oldValue: old }, 9)).toEqual(origins);
  });

  it('is said once of a prior value that is the old one, and not of what is not there', () => {
    const same = { prior: origins.old, old: origins.old };
    const value = Buffer.from('v');
    const headers = changelogHeaders(same, value, value);
    expect(headers.map(([name]) => name)).toEqual(['v', 'vh.old']);
    expect(originsOf(headers, { prior: value, oldValue: value }, 9)).toEqual(same);
    // The same bytes from two records are not the same.
    expect(changelogHeaders(origins, value, value).map(([name]) => name)).toEqual(['v', 'vh.prior', 'vh.old']);
    expect(changelogHeaders(origins, null, null).map(([name]) => name)).toEqual(['v']);
  });

  it('is the time of the change where a buffer without headers has written it', () => {
    const values = { prior: Buffer.from('p'), oldValue: Buffer.from('o') };
    const unsaid = { headers: [], timestamp: 9 };
    expect(originsOf([['v', Buffer.of(3)]], values, 9)).toEqual({ prior: unsaid, old: unsaid });
  });

  it('outlasts restarts and restoring, and counts', async () => {
    const text = serdes.string();
    const store = spec({
      name: 'b',
      kind: 'suppressBuffer',
      format: 'headers',
      key: text,
      value: text,
      engine: 'level',
    });
    const bench = new StateBench([store], { engine: 'level' });
    benches.push(bench);
    await bench.open();
    await bench.state.prepare();
    const buffer = () => bench.state.get<string, string>('suppressBuffer', 'b');
    bench.record(1, 100, HEADERS);
    buffer().put('a', '1', 'before', 100);
    bench.record(2, 101);
    buffer().put('a', '2', '1', 100);
    const bytes = buffer().bytes;
    await bench.commit();
    const written = bench.changelogs.of('app-b-changelog').at(-1)!.headers;
    expect(written.map(([name]) => name)).toEqual(['v', 'vh.prior', 'vh.old']);
    expect(written[2]?.[1]).toEqual(originBytes({ headers: HEADERS, timestamp: 100 }));
    await bench.crash();
    expect(buffer().bytes).toBe(bytes);
    bench.state.wipe('b');
    await bench.restore();
    await bench.state.prepare();
    expect(buffer().bytes).toBe(bytes);
    // What is written next says the same of the prior value.
    bench.record(3, 102);
    buffer().put('a', '3', '2', 100);
    await bench.commit();
    const next = bench.changelogs.of('app-b-changelog').at(-1)!.headers;
    expect(next[1]).toEqual(written[1]);
    expect(next[2]?.[1]).toEqual(originBytes({ headers: [], timestamp: 101 }));
  });
});
