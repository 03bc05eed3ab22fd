/** `npm run parity -- [--topologies N] [--seed S] [--records R]`: draws topologies, runs them on both sides, compares. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.js';
import { differences } from './compare.js';
import { generate } from './generate.js';
import { Judge } from './judge.js';
import type { Answer, Plan } from './plan.js';
import { runPlan } from './run-plan.js';
import { shrink } from './shrink.js';

const GOLDEN = join(import.meta.dirname, 'golden');

const { values: options } = parseArgs({
  options: {
    topologies: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    records: { type: 'string', default: '200' },
    /** Stop after so many differences. */
    most: { type: 'string', default: '5' },
    /** Keep shrunk differences as golden cases. */
    keep: { type: 'boolean', default: false },
    /** Make differences small; needs the JVM. */
    shrink: { type: 'boolean', default: false },
    /** Folder that remembers the answers of the JVM. */
    answers: { type: 'string' },
  },
});
const topologies = Number(options.topologies);
const firstSeed = Number(options.seed);
const records = Number(options.records);

const coverage = new Coverage();
const start = performance.now();
let different = 0;
let compared = 0;
await using judge = new Judge(options.answers ?? null);
// The JVM works on the next plan while ours runs on this one.
let next = ask(firstSeed);
for (let seed = firstSeed; seed < firstSeed + topologies; seed++) {
  const { plan, theirs } = next;
  if (seed + 1 < firstSeed + topologies) next = ask(seed + 1);
  const ours = await runPlan(plan);
  const answer = await theirs;
  coverage.add(plan, ours, answer);
  compared += 1;
  const found = differences(plan, ours, answer);
  if (compared % 100 === 0) {
    console.error(`${String(compared)} of ${String(topologies)}, ${String(different)} different`);
  }
  if (found.length === 0) continue;
  different += 1;
  await report(seed, plan, found);
  if (different >= Number(options.most)) break;
}

console.log(coverage.report());
console.log(
  `${String(compared)} topologies with ${String(records)} records each in ${((performance.now() - start) / 1000).toFixed(0)} s: ` +
    `${String(different)} different`,
);
process.exitCode = different === 0 ? 0 : 1;

function ask(seed: number): { plan: Plan; theirs: Promise<Answer> } {
  const plan = generate(seed, records);
  const theirs = judge.answer(plan);
  // Awaited a little later; until then a failure is not unhandled.
  theirs.catch(() => undefined);
  return { plan, theirs };
}

async function report(seed: number, plan: Plan, found: readonly string[]): Promise<void> {
  console.log(`\nseed ${String(seed)}:\n${found.join('\n')}`);
  if (!options.shrink) return;
  const kind = kindOf(found);
  const small = await shrink(plan, async (candidate) => {
    const [ours, theirs] = await Promise.all([runPlan(candidate), judge.answer(candidate)]);
    return kindOf(differences(candidate, ours, theirs)) === kind;
  });
  const [ours, theirs] = await Promise.all([runPlan(small), judge.answer(small)]);
  console.log(`shrunk to ${JSON.stringify(small, null, 1)}\n${differences(small, ours, theirs).join('\n')}`);
  if (!options.keep) return;
  mkdirSync(GOLDEN, { recursive: true });
  const file = join(GOLDEN, `seed-${String(seed)}.json`);
  writeFileSync(file, `${JSON.stringify({ plan: small, answer: theirs }, null, 1)}\n`);
  console.log(`kept in ${file}`);
}

/** The first thing that differs, without names and numbers: while shrinking it must stay the same kind of difference. */
function kindOf(found: readonly string[]): string {
  const head = found[0]?.split('\n')[0] ?? 'none';
  return head
    .replace(/^(parity-).*-changelog,.*/, 'changelog')
    .replace(/^parity-.*-repartition,.*/, 'repartition')
    .replace(/^store .*/, 'store')
    .replace(/^printed .*/, 'printed')
    .replace(/^(out|chosen)-.*/, 'output')
    .replace(/\d+/g, '#');
}
