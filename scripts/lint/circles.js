/** Finds files that import each other in a circle, by imports of values or of types. */
import { posix } from 'node:path';

/**
 * Each circle as a sorted list of files: two files that import each other, or more of which each leads to all others.
 * @param {ReadonlyMap<string, string>} texts what is in each file, by its path relative to `src`
 * @returns {string[][]}
 */
export function fileCircles(texts) {
  const imports = new Map([...texts].map(([file, text]) => [file, importedBy(file, text, texts)]));
  // Tarjan's: a file whose way leads back to none that was found before it is the root of a circle, or alone.
  /** @type {Map<string, number>} */
  const found = new Map();
  /** @type {Map<string, number>} */
  const earliest = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const circles = [];
  /** @param {string} file */
  function visit(file) {
    found.set(file, found.size);
    let least = /** @type {number} */ (found.get(file));
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!found.has(next)) visit(next);
      if (open.includes(next)) least = Math.min(least, /** @type {number} */ (earliest.get(next) ?? found.get(next)));
    }
    earliest.set(file, least);
    if (least !== found.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  }
  for (const file of texts.keys()) if (!found.has(file)) visit(file);
  return circles.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

/**
 * @param {string} file
 * @param {string} text
 * @param {ReadonlyMap<string, string>} texts
 * @returns {string[]}
 */
function importedBy(file, text, texts) {
  const targets = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) =>
    posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts'),
  );
  return targets.filter((target) => texts.has(target));
}
