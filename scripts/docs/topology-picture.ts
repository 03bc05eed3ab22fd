/** Draws the topology of the README, with the words of its code. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topologySvg } from '../../src/cli/describe/topology-svg.js';
import type { Topology } from '../../src/index.js';

const ROOT = join(import.meta.dirname, '../..');

export async function readmePicture(): Promise<string> {
  const topology = await readmeTopology();
  return topologySvg(topology.describe(), 'The topology of the README', { flow: 'right', shown: shortName });
}

/** The topology of the first block of the README, as the block makes it. */
async function readmeTopology(): Promise<Topology> {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  if (code === undefined) throw new Error('README.md has no block of TypeScript');
  // In the repository, so that the package is found from there.
  const folder = join(ROOT, '.cache', `readme-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  try {
    const file = join(folder, 'topology.ts');
    writeFileSync(file, `${code.split('\nconst streams')[0]!}\nexport const topology = builder.build();\n`);
    return ((await import(file)) as { topology: Topology }).topology;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `KSTREAM-AGGREGATE-0000000003` as its reader wrote it: `aggregate`. A name that was given stays. */
function shortName(name: string): string {
  const [, kind] = /^K(?:STREAM|TABLE)-([A-Z-]+)-\d{10}$/.exec(name) ?? [];
  return kind?.toLowerCase() ?? name;
}
