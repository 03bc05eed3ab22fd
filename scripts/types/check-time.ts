/** Measures what the compiler needs to check a topology, against the declarations that users get. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { largeTopology } from './large-topology.js';

const ROOT = join(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** Figures of `tsc --extendedDiagnostics`. */
export interface CheckFigures {
  readonly operators: number;
  /** Seconds for checking types, which depend on the machine. */
  readonly checkSeconds: number;
  /** All that the compiler did, seconds. */
  readonly totalSeconds: number;
  /** How often a generic type was filled in, which does not. */
  readonly instantiations: number;
  readonly types: number;
}

/**
 * Checks topologies of so many operators each, one after the other.
 * @throws Error when one does not compile
 */
export async function measureCheckTimes(operators: readonly number[]): Promise<CheckFigures[]> {
  // In the repository, so that packages are found from there.
  const folder = join(ROOT, '.cache', `types-time-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  try {
    await emitDeclarations(join(folder, 'declarations'));
    const figures: CheckFigures[] = [];
    for (const count of operators) figures.push(await measureOne(folder, count));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function emitDeclarations(outDir: string): Promise<void> {
  await tsc([
    '-p',
    'tsconfig.build.json',
    '--emitDeclarationOnly',
    '--noCheck',
    '--declarationMap',
    'false',
    '--outDir',
    outDir,
  ]);
}

async function measureOne(folder: string, operators: number): Promise<CheckFigures> {
  writeFileSync(join(folder, 'topology.ts'), largeTopology(operators));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        paths: { millrace: ['./declarations/index.d.ts'] },
        incremental: false,
        noUnusedLocals: false,
      },
      files: ['topology.ts'],
      include: [],
    }),
  );
  const output = await tsc(['-p', join(folder, 'tsconfig.json'), '--extendedDiagnostics']);
  return {
    operators,
    checkSeconds: figure(output, 'Check time'),
    totalSeconds: figure(output, 'Total time'),
    instantiations: figure(output, 'Instantiations'),
    types: figure(output, 'Types'),
  };
}

function figure(output: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(output);
  if (found === null) throw new Error(`tsc --extendedDiagnostics says nothing of ${name}:\n${output}`);
  return Number(found[1]);
}

async function tsc(parameters: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [TSC, ...parameters], { cwd: ROOT });
    return stdout;
  } catch (error) {
    throw new Error(`tsc failed: ${(error as { stdout?: string }).stdout ?? String(error)}`, { cause: error });
  }
}
