/**
 * `npm run bench` and `npm run bench:compare`: compiles the sources when they have changed and runs `bench/<name>/main.ts`
 * in this same process, as plain JavaScript, since a compiler at work would count among the CPU seconds measured.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUp } from '../scripts/set-up.js';
import { compiled } from './compiled.js';

const [name = ''] = process.argv.splice(2, 1);
setUp();
await import(pathToFileURL(join(compiled(), `bench/${name}/main.js`)).href);
