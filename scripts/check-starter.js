/** What `millrace create` makes, beside the package as it is published: it compiles, its test passes, its service can be built. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPacked, runPackage } from './packed-package.js';

const place = join(import.meta.dirname, '..', '.cache', 'starters');

rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
// Once for both: packages are looked for in the folders above.
installPacked(place);
const millrace = join(place, 'node_modules/millrace/dist/cli/main.js');
// Else that of the repository is found, by which `millrace` is the source.
writeFileSync(join(place, 'vitest.config.js'), 'export default {};\n');
for (const template of ['count', 'join']) {
  const folder = join(place, template);
  execFileSync(process.execPath, [millrace, 'create', folder, '--template', template, '--no-install']);
  runPackage(folder, 'typescript/bin/tsc', []);
}
runPackage(join(place, 'count'), 'typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
runPackage(place, 'vitest/vitest.mjs', ['run']);
console.log('The starters of millrace create compile, and their tests pass.');
