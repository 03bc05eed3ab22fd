import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  addressOf,
  historyAddress,
  listStores,
  readRows,
  valueOf,
  type ListedStore,
  type Wanted,
} from '../../dashboard/store-reader.js';

const NOTHING: Wanted = { key: '', prefix: '', from: '', to: '', since: null, until: null };
const store = (kind: string): ListedStore => ({ name: 'my.store', kind, format: 'plain', global: false });

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what is asked', () => {
  it.each([
    ['keyValue', { key: 'a/b?c' }, 'stores/my.store/keys/a%2Fb%3Fc?'],
    ['keyValue', {}, 'stores/my.store/keys?limit=100'],
    ['keyValue', { from: 'a', to: 'b' }, 'stores/my.store/keys?from=a&to=b&limit=100'],
    ['keyValue', { prefix: 'a', from: 'x' }, 'stores/my.store/keys?prefix=a&limit=100'],
    ['window', {}, 'stores/my.store/windows?order=descending&limit=500'],
    ['window', { key: 'a', since: 5, until: 9 }, 'stores/my.store/windows/a?from=5&to=9'],
    ['session', { since: 5 }, 'stores/my.store/sessions?from=5&limit=500'],
    ['versioned', { key: 'a' }, 'stores/my.store/versions/a?'],
    ['versioned', {}, null],
  ] as const)('of a store of kind %s: %j', (kind, wanted, address) => {
    expect(addressOf(store(kind), { ...NOTHING, ...wanted }, null)).toBe(address);
  });

  it('goes on where a page ended', () => {
    expect(addressOf(store('keyValue'), NOTHING, 'there')).toBe('stores/my.store/keys?limit=100&after=there');
  });
});

describe('the history of a key', () => {
  it('is asked for by the key, and goes on where a page ended', () => {
    const wanted = { ...NOTHING, key: 'a/b' };
    expect(historyAddress(store('window'), wanted, null)).toBe('stores/my.store/history/a%2Fb?limit=100');
    expect(historyAddress(store('keyValue'), wanted, '17')).toBe('stores/my.store/history/a%2Fb?limit=100&after=17');
    expect(historyAddress(store('keyValue'), NOTHING, null)).toBeNull();
  });

  it('says what stands in the place of a value', () => {
    expect(valueOf({ key: 'a', value: { b: 1 } })).toBe('{"b":1}');
    expect(valueOf({ key: 'a', value: null, deleted: true, problem: null })).toBe('deleted');
    expect(valueOf({ key: 'a', value: null, problem: 'no JSON' })).toBe('cannot be read: no JSON');
  });
});

describe('what is answered', () => {
  function answering(body: unknown, status = 200): void {
    vi.stubGlobal('fetch', (address: string, { headers }: { headers: Record<string, string> }) => {
      expect([address.startsWith('../stores'), headers.authorization]).toEqual([true, 'Bearer secret']);
      return Promise.resolve(Response.json(body, { status }));
    });
  }

  it('is one row, or several with what comes behind them', async () => {
    answering({ row: null });
    expect(await readRows('stores/s/keys/a', 'secret')).toEqual({ rows: [], next: null });
    answering({ row: { key: 'a', value: 1 } });
    expect(await readRows('stores/s/keys/a', 'secret')).toEqual({ rows: [{ key: 'a', value: 1 }], next: null });
    answering({ rows: [{ key: 'a', value: 1 }], next: 'there' });
    expect(await readRows('stores/s/keys', 'secret')).toEqual({ rows: [{ key: 'a', value: 1 }], next: 'there' });
  });

  it('lists stores that have rows of their own', async () => {
    answering({ stores: [store('window'), store('suppressBuffer')] });
    expect(await listStores('secret')).toEqual([store('window')]);
  });

  it('says why there is none', async () => {
    answering({ error: 'the partition moves' }, 503);
    await expect(readRows('stores/s/keys/a', 'secret')).rejects.toThrow('the partition moves');
    answering({}, 500);
    await expect(readRows('stores/s/keys/a', 'secret')).rejects.toThrow('the instance answers with 500');
  });
});
