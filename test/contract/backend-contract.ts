/** What every place for state must do. Registers with the runner that is passed, so that it also serves engines of users. */
import type { BackendEntry, KeyRange, StateBackend } from '../../src/store/backend.js';
import { WriteBatch } from '../../src/store/write-batch.js';

/** The part of a test runner that is needed; vitest and jest have it as it is. */
export interface ContractRunner {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { readonly toEqual: (expected: unknown) => void };
}

export interface BackendUnderTest {
  readonly name: string;
  /** A new, empty one. */
  readonly create: () => Promise<StateBackend>;
  /** What was there, after `close`; null for one that keeps nothing. */
  readonly reopen: ((closed: StateBackend) => Promise<StateBackend>) | null;
}

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

async function scan(backend: StateBackend, of: KeyRange): Promise<string[]> {
  const found: BackendEntry[] = [];
  const iterator = backend.scan(of);
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) found.push(...next.value);
  return found.map(([key, value]) => `${key.toString('latin1')}=${value.toString('latin1')}`);
}

export function backendContract({ describe, it, expect }: ContractRunner, under: BackendUnderTest): void {
  const on = (name: string, body: (backend: StateBackend) => Promise<void>): void => {
    it(name, async () => {
      const backend = await under.create();
      try {
        await body(backend);
      } finally {
        await backend.destroy();
      }
    });
  };
  const read = (backend: StateBackend, key: string): string | undefined =>
    backend.getSync(bytes(key))?.toString('latin1');

  describe(`state backend contract: ${under.name}`, () => {
    on('reads what was written, also empty values and bytes of all kinds', async (backend) => {
      await backend.write(batch({ a: '1', b: '', 'x\0\xff': '\0\xff' }));
      expect(['a', 'b', 'x\0\xff', 'x'].map((key) => read(backend, key))).toEqual(['1', '', '\0\xff', undefined]);
    });

    on('overwrites and deletes, the later of two in one batch winning', async (backend) => {
      await backend.write(batch({ a: '1', b: '1', c: '1' }));
      const second = batch({ a: '2', b: null });
      second.put(bytes('c'), bytes('2'));
      second.delete(bytes('c'));
      second.delete(bytes('d'));
      second.put(bytes('d'), bytes('3'));
      await backend.write(second);
      expect(['a', 'b', 'c', 'd'].map((key) => read(backend, key))).toEqual(['2', undefined, undefined, '3']);
    });

    on('gives Buffers that are the caller’s', async (backend) => {
      await backend.write(batch({ a: 'abc' }));
      backend.getSync(bytes('a'))?.fill(0);
      expect(read(backend, 'a')).toEqual('abc');
    });

    on('scans in the order of bytes, from inclusive to exclusive, both ways', async (backend) => {
      await backend.write(batch({ '\xff': 'f', a: '1', 'a\0': '2', b: '3', '\x7f': '4', '\x80': '5', '': 'e' }));
      expect(await scan(backend, range('a', '\x80'))).toEqual(['a=1', 'a\0=2', 'b=3', '\x7f=4']);
      expect(await scan(backend, range('a', '\x80', true))).toEqual(['\x7f=4', 'b=3', 'a\0=2', 'a=1']);
      expect(await scan(backend, range('b', 'b'))).toEqual([]);
      expect(await scan(backend, range('c', 'a'))).toEqual([]);
    });

    on('scans more than any batch of its own', async (backend) => {
      const puts = Array.from({ length: 2500 }, (_, index) => [String(index).padStart(5, '0'), '1'] as const);
      await backend.write(batch(Object.fromEntries(puts.map(([key, value]) => [`k${key}`, value]))));
      const found = await scan(backend, range('k', 'l'));
      expect([found.length, found[0], found.at(-1)]).toEqual([2500, 'k00000=1', 'k02499=1']);
    });

    on('scans synchronously too, if it says so', async (backend) => {
      await backend.write(batch({ a: '1', b: '2' }));
      if (backend.scanSync === null) return;
      const found: string[] = [];
      const iterator = backend.scanSync(range('a', 'c'));
      for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
        found.push(...next.value.map(([key]) => key.toString('latin1')));
      }
      expect(found).toEqual(['a', 'b']);
    });

    on('removes ranges by the time the next batch is written', async (backend) => {
      const many = batch({ a: '1', d: '1' });
      for (let index = 0; index < 20_000; index += 1) many.put(bytes(`b${String(index)}`), bytes('1'));
      await backend.write(many);
      const second = new WriteBatch();
      second.deleteRange(bytes('b'), bytes('d'));
      await backend.write(second);
      await backend.write(batch({ e: '1' }));
      expect(await scan(backend, range('a', 'z'))).toEqual(['a=1', 'd=1', 'e=1']);
    });

    if (under.reopen === null) return;
    const reopen = under.reopen;
    it('keeps what was written over a close', async () => {
      const first = await under.create();
      await first.write(batch({ a: '1', b: '2' }));
      await first.close();
      const second = await reopen(first);
      const found = read(second, 'b');
      await second.destroy();
      expect(found).toEqual('2');
    });
  });
}
