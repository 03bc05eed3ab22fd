/**
 * Compiles src into an empty dist: what a deleted file once left behind must not be published. `dist` holds ES modules, `dist/cjs`
 * the same as CommonJS, for Jest in its default setting and for everybody whose TypeScript becomes CommonJS.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildPage } from './dashboard/build-page.js';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
chmodSync(join(dist, 'cli/main.js'), 0o755);
await buildCommonJs();
await buildPage(join(dist, 'dashboard'));

/** Module by module, so that both kinds have the same files beside each other: the heartbeat thread is one of them. */
async function buildCommonJs() {
  const cjs = join(dist, 'cjs');
  const src = join(root, 'src');
  const modules = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('cli'),
  );
  await build({
    entryPoints: modules.map((path) => join(src, path)),
    outdir: cjs,
    outbase: src,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    // Jest cannot import dynamically without a flag; what is loaded that way is loaded by require() here.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  });
  writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
  // The declarations are the same; which kind of module they describe follows from the package.json beside them.
  for (const path of modules) {
    const declaration = path.replace(/\.ts$/, '.d.ts');
    cpSync(join(dist, declaration), join(cjs, declaration));
  }
}
