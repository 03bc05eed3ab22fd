import { describe, expect, it } from 'vitest';
import type { MemoryRecord } from '../../../src/broker/memory/memory-log.js';
import { TimeLimit } from '../../../src/query/time-limit.js';
import { walkBack, type Walked, type WantedWalk } from '../../../src/worker/queries/changelog-walk.js';
import { ChangelogClients } from './changelog-client.js';

const PLACE = { topic: 'app-counts-changelog', partition: 0 };
const KEYS = ['ann', 'bob', 'cy'];
const MINUTE_MS = 60_000;

/** Every third record is of ann: its value is its offset. */
function log(length: number, valueBytes = 0): MemoryRecord[] {
  return Array.from({ length }, (_, offset) => {
    const key = KEYS[offset % 3] as string;
    const value = Buffer.concat([Buffer.from(`${String(offset)};`), Buffer.alloc(valueBytes)]);
    return { ...PLACE, offset, key: Buffer.from(key), value, headers: [], timestamp: 1_000 + offset };
  });
}

function wanted(part: Partial<WantedWalk> = {}): WantedWalk {
  const ann = Buffer.from('ann');
  return {
    ...PLACE,
    isolation: 'committed',
    wants: (buffer, start, end) => ann.compare(buffer, start, end) === 0,
    before: null,
    rows: 10,
    limit: new TimeLimit(MINUTE_MS),
    signal: new AbortController().signal,
    ...part,
  };
}

const offsets = ({ records }: Walked): number[] => records.map(({ offset }) => offset);

describe('a walk back through a changelog', () => {
  it('gives the newest records of a key first, and goes on where it ended', async () => {
    const records = log(3_000);
    const clients = new ChangelogClients(() => records);
    const first = await walkBack(clients.connect(), wanted());
    expect(offsets(first)).toEqual([2997, 2994, 2991, 2988, 2985, 2982, 2979, 2976, 2973, 2970]);
    expect(first.next).toBe(2970);
    expect(first.records[0]).toMatchObject({ timestamp: 3_997, value: Buffer.from('2997;'), key: Buffer.from('ann') });
    const second = await walkBack(clients.connect(), wanted({ before: first.next, rows: 1_000 }));
    expect(offsets(second)).toEqual(Array.from({ length: 990 }, (_, n) => 2967 - 3 * n));
    expect(second.next).toBeNull();
    expect(clients.isolations).toEqual(['committed', 'committed']);
  });

  it('looks no further back than it must', async () => {
    const records = log(50_000);
    const clients = new ChangelogClients(() => records);
    await walkBack(clients.connect(), wanted());
    expect(Math.min(...clients.assigned)).toBe(49_000);
  });

  it('reaches the beginning over what was compacted and deleted', async () => {
    const records = log(9_000).filter(({ offset }) => offset < 30 || offset === 8_001);
    const clients = new ChangelogClients(() => records);
    clients.first = 10;
    clients.end = 9_500;
    const walked = await walkBack(clients.connect(), wanted({ rows: 100 }));
    expect(offsets(walked)).toEqual([8_001, 27, 24, 21, 18, 15, 12]);
    expect(walked.next).toBeNull();
  });

  it('gives nothing of a key that is not there', async () => {
    const clients = new ChangelogClients(() => []);
    expect(await walkBack(clients.connect(), wanted())).toEqual({ records: [], next: null });
    const records = log(10).filter(({ offset }) => offset % 3 > 0);
    expect(await walkBack(new ChangelogClients(() => records).connect(), wanted())).toEqual({
      records: [],
      next: null,
    });
  });

  it('gives no more bytes than an answer may have, and loses none', async () => {
    const records = log(60, 300_000);
    const clients = new ChangelogClients(() => records);
    const found: number[] = [];
    for (let before: number | null = null; ;) {
      const walked = await walkBack(clients.connect(), wanted({ before, rows: 1_000 }));
      expect(walked.records.length).toBeLessThanOrEqual(4);
      found.push(...offsets(walked));
      if (walked.next === null) break;
      before = walked.next;
    }
    expect(found).toEqual(Array.from({ length: 20 }, (_, n) => 57 - 3 * n));
  });

  it('leaves the thread to others all the time', async () => {
    const records = log(30_000);
    const clients = new ChangelogClients(() => records);
    clients.fetchRecords = 30_000;
    let rounds = 0;
    const counting = { on: true };
    const count = (): void => {
      rounds += 1;
      if (counting.on) setImmediate(count);
    };
    setImmediate(count);
    const none = Buffer.from('nobody');
    const began = performance.now();
    await walkBack(
      clients.connect(),
      wanted({ wants: (buffer, start, end) => none.compare(buffer, start, end) === 0 }),
    );
    counting.on = false;
    // What one record costs on the slowest machine is far below a slice.
    expect(rounds).toBeGreaterThan((performance.now() - began) / 200);
    expect(rounds).toBeGreaterThan(3);
  });

  it('gives what it has when the time is over, and where to go on', async () => {
    const records = log(3_000);
    const clients = new ChangelogClients(() => records);
    clients.fetchRecords = 1_000;
    clients.beforeFetch = () => {
      // Behind the first stretch brokers hang.
      clients.silent = clients.assigned.some((offset) => offset < 2_000);
    };
    const walked = await walkBack(clients.connect(), wanted({ rows: 1_000, limit: new TimeLimit(2_000) }));
    expect(walked.next).toBe(2_000);
    expect(offsets(walked)).toEqual(Array.from({ length: 333 }, (_, n) => 2_997 - 3 * n));
  });

  it('says that nothing could be read', async () => {
    const records = log(10);
    const clients = new ChangelogClients(() => records);
    clients.silent = true;
    const asked = walkBack(clients.connect(), wanted({ limit: new TimeLimit(50) }));
    await expect(asked).rejects.toMatchObject({ reason: 'UNREACHABLE' });
    clients.silent = false;
    clients.beforeFetch = () => {
      clients.silent = true;
    };
    const began = walkBack(clients.connect(), wanted({ limit: new TimeLimit(300) }));
    await expect(began).rejects.toMatchObject({ reason: 'UNREACHABLE' });
  });

  it('goes on behind what was deleted while it read', async () => {
    const records = log(3_000);
    const clients = new ChangelogClients(() => records);
    clients.beforeFetch = () => {
      clients.beforeFetch = () => undefined;
      records.splice(0, 2_500);
      clients.events.push({ type: 'out-of-range', ...PLACE, offset: 2_000, logStart: 2_500, logEnd: 3_000 });
      clients.silent = true;
    };
    const walking = walkBack(clients.connect(), wanted({ rows: 1_000 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    clients.silent = false;
    const walked = await walking;
    expect(offsets(walked)).toEqual(Array.from({ length: 166 }, (_, n) => 2_997 - 3 * n));
    expect(walked.next).toBeNull();
  });

  it.each([
    [{ type: 'unknown-topic', ...PLACE }, 'DOES_NOT_EXIST'],
    [{ type: 'failed', ...PLACE, error: new Error('the batch is corrupt') }, 'STORE_EXCEPTION'],
  ] as const)('says what a reader met: %j', async (event, reason) => {
    const records = log(10);
    const clients = new ChangelogClients(() => records);
    clients.events.push(event);
    await expect(walkBack(clients.connect(), wanted())).rejects.toMatchObject({ reason });
  });

  it('ends with its instance', async () => {
    const records = log(10);
    const clients = new ChangelogClients(() => records);
    const signal = AbortSignal.abort();
    await expect(walkBack(clients.connect(), wanted({ signal }))).rejects.toMatchObject({ reason: 'NOT_ACTIVE' });
  });
});
