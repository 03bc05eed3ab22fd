/** In Java the key comes first: whoever comes from there is told at the parameter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const FILE = join(import.meta.dirname, '../../src/dsl/stream.ts');
const FUNCTIONS = /^(ValueMapper|PairMapper|Predicate|Guard|Action|AsyncFunction)</;

test('the docs of each function over value and key say that the value comes first', () => {
  const source = ts.createSourceFile(FILE, readFileSync(FILE, 'utf8'), ts.ScriptTarget.Latest, true);
  const told: string[] = [];
  const untold: string[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isMethodDeclaration(node) || node.modifiers !== undefined) return;
    // The implementation behind overloads is seen by nobody.
    const name = node.name.getText(source);
    const overloads = (node.parent as ts.ClassDeclaration).members.filter(
      (other) => other.name?.getText(source) === name,
    );
    if (overloads.length > 1 && node.body !== undefined) return;
    const [parameter] = node.parameters;
    if (parameter === undefined || !FUNCTIONS.test(parameter.type?.getText(source) ?? '')) return;
    const [tag] = ts.getJSDocParameterTags(parameter);
    const says = typeof tag?.comment === 'string' && /gets the value first, then the key/.test(tag.comment);
    (says ? told : untold).push(name);
  };
  visit(source);
  expect(untold).toEqual([]);
  expect(told.length).toBeGreaterThanOrEqual(12);
});
