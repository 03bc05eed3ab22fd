import { afterEach, describe, expect, it, vi } from 'vitest';
import { addressOf, listStores, readRows, type ListedStore, type Wanted } from '../../dashboard/store-reader.js';

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
