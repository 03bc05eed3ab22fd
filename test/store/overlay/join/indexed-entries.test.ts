import { describe, expect, it } from 'vitest';
import { NO_HEADERS } from '../../../../src/record/headers.js';
import { serdes } from '../../../../src/serde/serdes.js';
import { IndexedEntries } from '../../../../src/store/overlay/join/indexed-entries.js';
import { PREFIX_BYTES } from '../../../../src/store/overlay/epoch/store-site.js';
import { spec } from '../../state-bench.js';
import { partsOf, type PartsBench } from '../parts-bench.js';

/** Keys are `<time>:<name>`. */
class Times extends IndexedEntries {
  readonly kind = 'joinBuffer';

  put(text: string): void {
    this.table.set(text, 1, 0);
    this.index.add(parseInt(text, 10), text);
  }

  get times(): string[] {
    const found: string[] = [];
    this.index.walk(Number.POSITIVE_INFINITY, (time, text) => {
      found.push(`${String(time)} ${text}`);
      return true;
    });
    return found;
  }

  protected addToIndex(key: Buffer): void {
    const text = key.subarray(PREFIX_BYTES).toString();
    this.index.add(parseInt(text, 10), text);
  }
}

function open(): PartsBench & { readonly store: Times } {
  const bench = partsOf(spec({ name: 's', kind: 'keyValue', key: serdes.string() }));
  return { ...bench, store: new Times(bench.parts) };
}

describe('entries with an index of their times', () => {
  it('have the index again when they are opened over what is on disk', async () => {
    const { store, parts, commit } = open();
    store.put('20:a');
    store.put('3:b');
    expect(store.times).toEqual(['3 3:b', '20 20:a']);
    expect([store.changed, commit(store).length, store.changed]).toEqual([true, 2, false]);
    const again = new Times(parts);
    expect(again.times).toEqual([]);
    await again.prepare();
    expect(again.times).toEqual(store.times);
    await again.prepare();
    expect(again.times).toEqual(store.times);
  });

  it('index what was restored once it is on disk', async () => {
    const { store, commit } = open();
    const value = Buffer.alloc(8);
    store.restore(Buffer.from('7:a'), value, 0, NO_HEADERS);
    store.restore(Buffer.from('8:b'), value, 0, NO_HEADERS);
    store.restore(Buffer.from('7:a'), null, 0, NO_HEADERS);
    expect(store.changed).toBe(true);
    commit(store);
    await store.prepare();
    expect(store.times).toEqual(['8 8:b']);
    const rows = [];
    for await (const { key } of store.changelogRows()) rows.push(key.toString());
    expect(rows).toEqual(['8:b']);
  });

  it('forget the index with the entries', () => {
    const { store } = open();
    store.put('1:a');
    store.forget();
    expect([store.changed, store.times]).toEqual([false, []]);
  });
});
