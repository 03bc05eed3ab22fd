/** `npm run faults`: runs with faults drawn from a seed, each compared with an undisturbed one. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFaultsArguments, type FaultsArguments } from './arguments.js';
import { startCluster } from './cluster.js';
import { drawPlan, type RunPlan } from './plan.js';
import { runText, summary } from './report.js';
import { runPlan, type RunResult } from './run.js';
import { shrinkPlan } from './shrink.js';
import { Witness } from './witness.js';

const MOST_SEEDS = 2 ** 31;
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(given: FaultsArguments): Promise<boolean> {
  const entry = join(process.cwd(), 'dist/index.js');
  if (!existsSync(entry)) throw new Error('this checkout is not built: npm run build');
  const begun = performance.now();
  const timed = (line: string): string => `${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`;
  const say = (line: string): void => {
    if (given.verbose) print(timed(line));
  };
  const brokers = given.plan === undefined ? given.brokers : given.plan.brokers;
  const kafka = await startCluster({ ...given, brokers }, print);
  const witness = await Witness.start(kafka.brokers);
  const results: RunResult[] = [];
  const enough = new AbortController();
  // The run that goes on comes to its end, and the table is printed; a second one ends the process.
  process.once('SIGINT', () => {
    enough.abort();
  });
  const run = async (plan: RunPlan): Promise<RunResult> => {
    // Whatever the run before has left behind: this one begins with all brokers.
    for (const node of kafka.nodes) await node.start();
    const said: string[] = [];
    const hear = (line: string): void => {
      said.push(timed(line));
      say(line);
    };
    const result = await runPlan(plan, kafka, witness, { entry, nodeOptions: [], say: hear });
    if (given.keep !== undefined && result.failures.length > 0) await keep(given.keep, result, said);
    return result;
  };
  try {
    const seed = given.plan?.seed ?? given.seed ?? Math.floor(Math.random() * MOST_SEEDS);
    const draw = (i: number): RunPlan => drawPlan(seed + i, { ...given, loadMs: given.seconds * 1_000 });
    print(`seed ${String(seed)}`);
    for (let i = 0; i < given.runs && !enough.signal.aborted; i++) {
      const plan = given.plan ?? draw(i);
      say(JSON.stringify(plan));
      const result = await run(plan);
      results.push(result);
      print(runText(i + 1, result));
      if (result.failures.length > 0) await shrink(plan);
    }
  } finally {
    await witness.close();
    await kafka.stop();
    print(`\n${summary(results)}`);
  }
  return results.every(({ failures }) => failures.length === 0);

  async function shrink(plan: RunPlan): Promise<void> {
    if (given.shrink === 0) return;
    const fails = async (smaller: RunPlan): Promise<boolean> => {
      const result = await run(smaller);
      print(`again, with ${String(smaller.faults.length)} faults:\n${runText(0, result)}`);
      return result.failures.length > 0;
    };
    const { again, plan: smallest, runs } = await shrinkPlan(plan, fails, given.shrink);
    print(again ? `after ${String(runs)} runs it still fails as:` : 'it did not fail again; the plan was:');
    print(`  --plan '${JSON.stringify(smallest)}'`);
  }
}

/** What was said and every record that was seen, to be looked into. */
async function keep(folder: string, result: RunResult, said: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = join(folder, `${String(result.plan.seed)}-${Date.now().toString(36)}`);
  await writeFile(`${name}.log`, [...said, runText(0, result), ''].join('\n'));
  await writeFile(`${name}.records`, result.journal.lines().join('\n'));
  print(`kept in ${name}.log and .records`);
}

try {
  if (!(await main(readFaultsArguments(process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
