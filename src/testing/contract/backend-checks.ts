/** What a backend for state must do itself: reading, writing, scanning, closing. */
import type { KeyRange, StateBackend } from '../../store/backend.js';
import { WriteBatch } from '../../store/write-batch.js';
import { mustBe, type CheckBody } from './check.js';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function batch(puts: Readonly<Record<string, string | null>>): WriteBatch {
  const made = new WriteBatch();
  for (const [key, value] of Object.entries(puts)) {
    if (value === null) made.delete(bytes(key));
    else made.put(bytes(key), bytes(value));
  }
  return made;
}

function range(gte: string, lt: string, reverse = false): KeyRange {
  return { gte: bytes(gte), lt: bytes(lt), reverse };
}

function read(backend: StateBackend, keys: readonly string[]): (string | null)[] {
  return keys.map((key) => backend.getSync(bytes(key))?.toString('latin1') ?? null);
}

type Walk = ReturnType<StateBackend['scan']>;

async function rest(walk: Walk): Promise<string[]> {
  const found: string[] = [];
  for (let next = await walk.next(); next.done !== true; next = await walk.next()) {
    mustBe('the number of entries in a batch of a scan', next.value.length > 0, true);
    for (const [key, value] of next.value) found.push(`${key.toString('latin1')}=${value.toString('latin1')}`);
  }
  return found;
}

function scan(backend: StateBackend, of: KeyRange): Promise<string[]> {
  return rest(backend.scan(of));
}

const LARGE = 'x'.repeat(1_000_000);

const reading: Record<string, CheckBody> = {
  'reads what was written, also empty keys and values and bytes of all kinds': async (backend) => {
    await backend.write(batch({ a: '1', b: '', '': 'e', 'x\0\xff': '\0\xff' }));
    mustBe('what is read', read(backend, ['a', 'b', '', 'x\0\xff', 'x', 'a\0']), ['1', '', 'e', '\0\xff', null, null]);
  },
  'reads large values': async (backend) => {
    await backend.write(batch({ a: LARGE }));
    mustBe('the length of what is read', read(backend, ['a'])[0]?.length, LARGE.length);
  },
  'gives Buffers that are the caller’s': async (backend) => {
    await backend.write(batch({ a: 'abc' }));
    backend.getSync(bytes('a'))?.fill(0);
    mustBe('the value, after the Buffer of an earlier read was changed', read(backend, ['a']), ['abc']);
  },
};

const writing: Record<string, CheckBody> = {
  'overwrites and deletes, the later of two in one batch winning': async (backend) => {
    await backend.write(batch({ a: '1', b: '1', c: '1' }));
    const second = batch({ a: '2', b: null });
    second.put(bytes('c'), bytes('2'));
    second.delete(bytes('c'));
    second.delete(bytes('d'));
    second.put(bytes('d'), bytes('3'));
    await backend.write(second);
    mustBe('what is read', read(backend, ['a', 'b', 'c', 'd']), ['2', null, null, '3']);
  },
  'takes a batch without anything in it, and deletions of what is not there': async (backend) => {
    await backend.write(new WriteBatch());
    await backend.write(batch({ a: null }));
    mustBe('what is read', read(backend, ['a']), [null]);
  },
  'has written everything once the write has ended': async (backend) => {
    const many = new WriteBatch();
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${String(index)}`);
    for (const key of keys) many.put(bytes(key), bytes(key));
    await backend.write(many);
    mustBe('the number of keys that are there', read(backend, keys).filter((value) => value !== null).length, 5_000);
  },
  'removes ranges by the time the next batch is written, and only them': async (backend) => {
    const many = batch({ a: '1', d: '1' });
    for (let index = 0; index < 20_000; index += 1) many.put(bytes(`b${String(index)}`), bytes('1'));
    await backend.write(many);
    const second = batch({ c: '1', e: '1' });
    second.deleteRange(bytes('b'), bytes('c'));
    await backend.write(second);
    await backend.write(batch({ f: '1' }));
    mustBe('what is left', await scan(backend, range('a', 'z')), ['a=1', 'c=1', 'd=1', 'e=1', 'f=1']);
  },
};

const scanning: Record<string, CheckBody> = {
  'scans in the order of bytes, from inclusive to exclusive, both ways': async (backend) => {
    await backend.write(batch({ '\xff': 'f', a: '1', 'a\0': '2', b: '3', '\x7f': '4', '\x80': '5', '': 'e' }));
    const forth = ['a=1', 'a\0=2', 'b=3', '\x7f=4'];
    mustBe('a scan', await scan(backend, range('a', '\x80')), forth);
    mustBe('the scan backwards', await scan(backend, range('a', '\x80', true)), [...forth].reverse());
    mustBe('a scan of nothing', await scan(backend, range('b', 'b')), []);
    mustBe('a scan whose bounds are the wrong way round', await scan(backend, range('c', 'a')), []);
  },
  'scans more than any batch of its own': async (backend) => {
    const keys = Array.from({ length: 2_500 }, (_, index) => `k${String(index).padStart(5, '0')}`);
    await backend.write(batch(Object.fromEntries(keys.map((key) => [key, '1']))));
    const found = await scan(backend, range('k', 'l'));
    mustBe(
      'number, first and last of the scan',
      [found.length, found[0], found.at(-1)],
      [2_500, 'k00000=1', 'k02499=1'],
    );
  },
  'scans what was there at the call, whatever is written meanwhile': async (backend) => {
    await backend.write(batch({ a: '1', b: '1', c: '1' }));
    const walk = backend.scan(range('a', 'z'));
    await backend.write(batch({ a: '2', b: null, d: '2' }));
    mustBe('the scan', await rest(walk), ['a=1', 'b=1', 'c=1']);
  },
  'can leave a scan early': async (backend) => {
    await backend.write(batch({ a: '1', b: '2' }));
    const walk = backend.scan(range('a', 'z'));
    await walk.next();
    await walk.return?.();
    await backend.write(batch({ a: '3' }));
    mustBe('what is read', read(backend, ['a']), ['3']);
  },
  'scans synchronously too, if it says so': async (backend) => {
    await backend.write(batch({ a: '1', b: '2', c: '3' }));
    if (backend.scanSync === null) return;
    const found: string[] = [];
    const walk = backend.scanSync(range('a', 'c', true));
    for (let next = walk.next(); next.done !== true; next = walk.next()) {
      found.push(...next.value.map(([key]) => key.toString('latin1')));
    }
    mustBe('the scan', found, ['b', 'a']);
  },
};

const closing: Record<string, CheckBody> = {
  'says where it is, and whether it outlives the process': (backend, under) => {
    mustBe('whether location is a text', typeof backend.location === 'string' && backend.location !== '', true);
    mustBe(
      'persistent, which is whether the check was told how to reopen it,',
      backend.persistent,
      under.reopen !== undefined,
    );
  },
  'keeps what was written over a close': async (_, under) => {
    if (under.reopen === undefined) return;
    const first = await under.create();
    await first.write(batch({ a: '1', b: '2', c: '3' }));
    const second = batch({ b: null });
    second.deleteRange(bytes('c'), bytes('d'));
    await first.write(second);
    await first.write(batch({ d: '4' }));
    await first.close();
    const again = await under.reopen(first);
    const found = await scan(again, range('a', 'z'));
    await again.destroy();
    mustBe('what is there', found, ['a=1', 'd=4']);
  },
};

export const backendChecks: Record<string, CheckBody> = { ...reading, ...writing, ...scanning, ...closing };
