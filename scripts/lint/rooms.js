/** What the rooms table says about one import, and about all imports together. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/**
 * @typedef {import('../../rooms.config.js').Room} Room
 * @typedef {Readonly<Record<string, Room>>} Rooms
 * @typedef {{ from: string, to: string, file: string }} RoomImport
 */

const builtin = new Set(builtinModules);

/**
 * The room of a file of `src`; `path` is relative to `src`, with slashes. Undefined when no room fits.
 * @param {Rooms} rooms
 * @param {string} path
 * @returns {string | undefined}
 */
export function roomOf(rooms, path) {
  const name = path.replace(/\.[jt]s$/, '');
  const fits = Object.keys(rooms).filter((room) => name === room || name.startsWith(`${room}/`));
  return fits.sort((a, b) => b.length - a.length)[0];
}

/**
 * Why `file` (relative to `src`) may not import `specifier`, or undefined when it may.
 * @param {Rooms} rooms
 * @param {string} file
 * @param {string} specifier
 * @returns {string | undefined}
 */
export function importFault(rooms, file, specifier) {
  const from = roomOf(rooms, file);
  if (from === undefined) return `${file} is in no room: give it one in rooms.config.js.`;
  const allowed = /** @type {Room} */ (rooms[from]);
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    if (target.startsWith('../')) return `Room ${from} may not import ${specifier}, which is outside src.`;
    const to = roomOf(rooms, target);
    if (to === undefined) return `${target} is in no room: give it one in rooms.config.js.`;
    if (to === from || allowed.rooms.includes(to)) return undefined;
    return `Room ${from} may not import room ${to}; it may import ${list(allowed.rooms)} (rooms.config.js).`;
  }
  if (specifier.startsWith('node:') || builtin.has(specifier)) {
    return allowed.node === true
      ? undefined
      : `Room ${from} may not import Node's modules (${specifier}): it also runs in a browser.`;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (allowed.packages?.includes(name) === true) return undefined;
  return `Room ${from} may not import the package ${name}; it may import ${list(allowed.packages ?? [])} (rooms.config.js).`;
}

/**
 * The relative imports of a file's text that lead into another room.
 * @param {Rooms} rooms
 * @param {string} file
 * @param {string} text
 * @returns {RoomImport[]}
 */
export function roomImports(rooms, file, text) {
  const found = [];
  for (const match of text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const from = roomOf(rooms, file);
    const to = roomOf(rooms, posix.join(posix.dirname(file), /** @type {string} */ (match[1])));
    if (from !== undefined && to !== undefined && from !== to) found.push({ from, to, file });
  }
  return found;
}

/**
 * Pairs of rooms that import each other; a room and the room it lies in count like any two.
 * @param {readonly RoomImport[]} imports
 * @returns {string[]}
 */
export function twoWayPairs(imports) {
  const edges = new Set(imports.map(({ from, to }) => `${from} ${to}`));
  const pairs = imports.filter(({ from, to }) => from < to && edges.has(`${to} ${from}`));
  return [...new Set(pairs.map(({ from, to }) => `${from} <-> ${to}`))].sort();
}

/**
 * A cycle of the table as a list of rooms, or undefined when imports can only point one way.
 * @param {Rooms} rooms
 * @returns {string[] | undefined}
 */
export function tableCycle(rooms) {
  /** @type {Set<string>} */
  const done = new Set();
  /**
   * @param {string} room
   * @param {string[]} path
   * @returns {string[] | undefined}
   */
  function visit(room, path) {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of rooms[room]?.rooms ?? []) {
      const cycle = visit(next, [...path, room]);
      if (cycle !== undefined) return cycle;
    }
    done.add(room);
    return undefined;
  }
  for (const room of Object.keys(rooms)) {
    const cycle = visit(room, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** @param {readonly string[]} names */
function list(names) {
  return names.length === 0 ? 'none' : [...names].sort().join(', ');
}
