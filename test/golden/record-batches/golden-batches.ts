/** What GoldenBatches.java wrote, told again for the tests. */
import { readFileSync } from 'node:fs';
import { NO_HEADERS, type Headers } from '../../../src/record/headers.js';

export interface GoldenRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
  readonly timestamp: number;
}

export function goldenBytes(name: string): Buffer {
  return readFileSync(new URL(name, import.meta.url));
}

export function goldenRecords(count: number): GoldenRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: i % 5 === 1 ? null : `key-${i % 97}`,
    value: i % 7 === 2 ? null : `{"user":"u${(i * 7919) % 1000}","amount":${(i * 31) % 997}}`,
    headers:
      i % 3 !== 0
        ? NO_HEADERS
        : [
            ['trace', Buffer.from(`t${i}`)],
            ['été', null],
            ['trace', Buffer.alloc(0)],
          ],
    timestamp: 1_700_000_000_000 + (i % 2 === 0 ? i : -i),
  }));
}

/**
 * The content of the .lz4 and .zst files, which are of `lz4 -BD -B4`, `lz4 -BX -B4 --content-size` and
 * `zstd -19 --no-content-size`.
 */
export function thirtyThousandLines(): Buffer {
  return Buffer.from(Array.from({ length: 30_000 }, (_, i) => `${i % 100},${Math.floor(i / 50) % 7}\n`).join(''));
}
