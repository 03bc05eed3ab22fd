/** An exported name stands for one thing: who searches for it finds what it means. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const EXPORTED =
  /^export (?:declare |abstract |async )*(?:class|interface|type|function\*?|const|let|enum) ([A-Za-z_$][\w$]*)/gm;

/** The same thing twice, in rooms of which neither may import the other. */
const SAME = [
  'crc32c', // the checksum, of batches and of LevelDB's blocks
  'readInt64', // Kafka's longs, on the wire and in stores
  'writeInt64',
];

/** Files of each exported name; overloads are in one file and count once. */
function filesByName(): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const path of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    for (const [, name = ''] of readFileSync(join(SRC, path), 'utf8').matchAll(EXPORTED)) {
      files.set(name, (files.get(name) ?? new Set()).add(path));
    }
  }
  return files;
}

test('no exported name stands for two things', () => {
  const files = filesByName();
  expect(files.size).toBeGreaterThan(1_000);
  const twice = [...files].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, ...paths].join(' '));
  expect(twice.filter((line) => !SAME.includes(line.split(' ')[0] as string))).toEqual([]);
  for (const name of SAME) expect(files.get(name)?.size).toBe(2);
});
