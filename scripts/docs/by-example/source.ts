/** The text of the topologies, from the files that hold them: what the page shows is what was run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The body of each `topology` of the file, in order, without its indentation. */
export function topologiesOf(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'topology')
      found.push(bodyOf(node.initializer, source));
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function bodyOf(node: ts.Expression, source: ts.SourceFile): string {
  if (!ts.isArrowFunction(node) || !ts.isBlock(node.body))
    throw new Error(`${source.fileName}: a topology is a function with a block, not ${node.getText(source)}`);
  const lines = node.body.getText(source).split('\n').slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
