/** Counts the imports between rooms and the pairs of rooms that import each other, which must be none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rooms } from '../rooms.config.js';
import { roomImports, roomOf, tableCycle, twoWayPairs } from './lint/rooms.js';

const source = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts'));

const homeless = files.filter((file) => roomOf(rooms, file) === undefined);
const imports = files.flatMap((file) => roomImports(rooms, file, readFileSync(join(source, file), 'utf8')));
const pairs = twoWayPairs(imports);
const cycle = tableCycle(rooms);

for (const file of homeless) console.error(`src/${file} is in no room of rooms.config.js`);
for (const pair of pairs) console.error(`Rooms that import each other: ${pair}`);
if (cycle !== undefined) console.error(`rooms.config.js allows a cycle: ${cycle.join(' -> ')}`);
console.log(`Rooms: ${files.length} files, ${imports.length} imports between rooms, ${pairs.length} two-way pairs`);
if (homeless.length > 0 || pairs.length > 0 || cycle !== undefined) process.exitCode = 1;
