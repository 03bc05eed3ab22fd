/** Counts the imports between rooms, and the rooms and files that import each other, which must be none but one circle of the DSL. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { circle, rooms } from '../rooms.config.js';
import { fileCircles } from './lint/circles.js';
import { roomImports, roomOf, tableCycle, twoWayPairs } from './lint/rooms.js';

const source = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts'));

const homeless = files.filter((file) => roomOf(rooms, file) === undefined);
const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]));
const imports = [...texts].flatMap(([file, text]) => roomImports(rooms, file, text));
const pairs = twoWayPairs(imports);
const cycle = tableCycle(rooms);
const circles = fileCircles(texts).filter((files) => files.some((file) => !circle.includes(file)));

for (const file of homeless) console.error(`src/${file} is in no room of rooms.config.js`);
for (const pair of pairs) console.error(`Rooms that import each other: ${pair}`);
if (cycle !== undefined) console.error(`rooms.config.js allows a cycle: ${cycle.join(' -> ')}`);
for (const files of circles) console.error(`Files that import each other in a circle: ${files.join(', ')}`);
console.log(
  `Rooms: ${files.length} files, ${imports.length} imports between rooms, ${pairs.length} two-way pairs, ${circles.length} circles of files`,
);
if (homeless.length > 0 || pairs.length > 0 || circles.length > 0 || cycle !== undefined) process.exitCode = 1;
