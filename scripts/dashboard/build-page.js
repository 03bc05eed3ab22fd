/** The dashboard's page, from `dashboard/` into one script, one style sheet and one page that need nothing from anywhere else. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'dashboard');

/**
 * @param {string} folder where it is written
 * @returns {Promise<void>}
 */
export async function buildPage(folder) {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [join(source, 'main.tsx')],
    outfile: join(folder, 'app.js'),
    tsconfig: join(source, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await build({
    entryPoints: [join(source, 'style.css')],
    outfile: join(folder, 'style.css'),
    minify: true,
    logLevel: 'warning',
  });
  copyFileSync(join(source, 'index.html'), join(folder, 'index.html'));
  writeFileSync(join(folder, 'LICENSES.txt'), licensesOf(Object.keys(metafile.inputs)));
}

/**
 * The licences of the packages that the script holds.
 * @param {readonly string[]} files
 * @returns {string}
 */
function licensesOf(files) {
  const names = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const found = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].find((file) => existsSync(join(folder, file)));
    if (found === undefined) throw new Error(`${name} is part of the dashboard and has no licence file`);
    return `${name}\n\n${readFileSync(join(folder, found), 'utf8').trim()}\n`;
  });
  return texts.join('\n----\n\n');
}
