/** The ESLint rules behind rooms.config.js. */
import { relative, sep } from 'node:path';
import { importFault } from './rooms.js';

/** @typedef {import('./rooms.js').Rooms} Rooms */

/**
 * @param {string} sourceFolder absolute path of `src`
 * @param {Rooms} rooms
 * @param {readonly string[]} forbiddenNames
 * @returns {import('eslint').ESLint.Plugin}
 */
export function roomsPlugin(sourceFolder, rooms, forbiddenNames) {
  return { rules: { imports: importsRule(sourceFolder, rooms), names: namesRule(sourceFolder, forbiddenNames) } };
}

/**
 * Every way of importing: static, type-only, re-exported, dynamic, and as a type expression.
 * @param {string} sourceFolder
 * @param {Rooms} rooms
 * @returns {import('eslint').Rule.RuleModule}
 */
function importsRule(sourceFolder, rooms) {
  return {
    meta: { type: 'problem', schema: [], docs: { description: 'a room imports only what rooms.config.js allows' } },
    create(context) {
      const file = pathIn(sourceFolder, context.filename);
      /**
       * @param {{ source?: import('estree').Expression | null | undefined }} node
       */
      const check = ({ source }) => {
        if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
        const fault = importFault(rooms, file, source.value);
        if (fault !== undefined) context.report({ node: source, message: fault });
      };
      return {
        ImportDeclaration: check,
        ImportExpression: check,
        ExportNamedDeclaration: check,
        ExportAllDeclaration: check,
        TSImportType: check,
      };
    },
  };
}

/**
 * @param {string} sourceFolder
 * @param {readonly string[]} forbiddenNames
 * @returns {import('eslint').Rule.RuleModule}
 */
function namesRule(sourceFolder, forbiddenNames) {
  return {
    meta: { type: 'problem', schema: [], docs: { description: 'folders and files are named after what is inside' } },
    create(context) {
      return {
        Program(node) {
          const parts = pathIn(sourceFolder, context.filename)
            .replace(/\.[jt]s$/, '')
            .split('/');
          const bad = parts.find((part) => forbiddenNames.includes(part));
          if (bad !== undefined) {
            context.report({ node, message: `"${bad}" says nothing about what is inside: name it after its subject.` });
          }
        },
      };
    },
  };
}

/**
 * @param {string} folder
 * @param {string} file
 */
function pathIn(folder, file) {
  return relative(folder, file).split(sep).join('/');
}
