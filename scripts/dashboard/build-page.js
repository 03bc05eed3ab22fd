/** The dashboard's page, from `dashboard/` into one script, one style sheet and one page that need nothing from anywhere else. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const source = join(import.meta.dirname, '..', '..', 'dashboard');

/**
 * @param {string} folder where it is written
 * @returns {Promise<void>}
 */
export async function buildPage(folder) {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(source, 'main.tsx')],
    outfile: join(folder, 'app.js'),
    tsconfig: join(source, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'inline',
    logLevel: 'warning',
  });
  await build({
    entryPoints: [join(source, 'style.css')],
    outfile: join(folder, 'style.css'),
    minify: true,
    logLevel: 'warning',
  });
  copyFileSync(join(source, 'index.html'), join(folder, 'index.html'));
}
