/** Beside the commands: a module of the user's, written in JavaScript or TypeScript. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';

export type Exports = Readonly<Record<string, unknown>>;

/** The part of tsx that is used. */
interface Tsx {
  readonly tsImport: (specifier: string, parentUrl: string) => Promise<Exports>;
}

const TYPESCRIPT = ['.ts', '.mts', '.cts', '.tsx'];

/**
 * TypeScript is loaded by tsx where the project has it, since that also finds `./topology.ts` by the name `./topology.js`; else by
 * Node's own stripping of types.
 * @throws MillraceError CONFIG_INVALID when there is no such file, or nothing that reads TypeScript; PROCESSING_FAILED when the module
 *   itself throws
 */
export async function loadModule(file: string): Promise<Exports> {
  const path = resolve(file);
  if (!existsSync(path)) throw new MillraceError('CONFIG_INVALID', `there is no file ${path}`);
  const url = pathToFileURL(path).href;
  const load = TYPESCRIPT.includes(extname(path)) ? await typescriptLoader(path) : importIt;
  try {
    return await load(url);
  } catch (cause) {
    const hint =
      load === importIt && isMissing(cause) && TYPESCRIPT.includes(extname(path))
        ? '; Node itself finds no ./topology.ts by the name ./topology.js: npm install --save-dev tsx'
        : '';
    throw new MillraceError('PROCESSING_FAILED', `${file} cannot be loaded: ${reasonOf(cause)}${hint}`, { cause });
  }
}

async function importIt(url: string): Promise<Exports> {
  return (await import(url)) as Exports;
}

async function typescriptLoader(path: string): Promise<(url: string) => Promise<Exports>> {
  const found = tsxFrom(path);
  if (found !== null) {
    const { tsImport } = (await import(found)) as Tsx;
    return (url) => tsImport(url, url);
  }
  if ((process.features as { readonly typescript?: string | false }).typescript) return importIt;
  throw new MillraceError(
    'CONFIG_INVALID',
    `Node ${process.versions.node} does not read TypeScript by itself: npm install --save-dev tsx, or take Node 22.18 or newer`,
  );
}

/** Its API as an ES module: what `require` finds is another one. */
function tsxFrom(path: string): string | null {
  let file: string;
  try {
    file = createRequire(path).resolve('tsx/package.json');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  const { exports } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly exports?: { readonly './esm/api'?: { readonly import?: { readonly default?: string } } };
  };
  const api = exports?.['./esm/api']?.import?.default;
  return api === undefined ? null : pathToFileURL(join(dirname(file), api)).href;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
