/** What the doors export, and what the exports have: read from the source by the compiler. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const DOORS = ['index.ts', 'testing.ts', 'prometheus.ts'].map((door) =>
  fileURLToPath(new URL(`../../../src/${door}`, import.meta.url)),
);

/** `KStream`, `KStream.filter`, `TimeWindows.of`, `ConsumedOptions.key`, `serdes.long`, …; what is private is not there. */
export function exportedNames(): ReadonlySet<string> {
  const program = ts.createProgram(DOORS, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    // Only names are asked for: the globals of Node and browsers would take longer to read than everything else.
    lib: ['lib.es2023.d.ts'],
    types: [],
    strict: true,
  });
  const checker = program.getTypeChecker();
  const names = new Set<string>();
  for (const door of DOORS) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(door)!);
    for (const exported of checker.getExportsOfModule(module!)) {
      const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
      names.add(exported.name);
      for (const type of typesOf(checker, symbol)) {
        for (const member of type.getProperties()) {
          if (isPublic(member)) names.add(`${exported.name}.${member.name}`);
        }
      }
    }
  }
  return names;
}

/** Of a class: what instances have, and what it has itself. */
function typesOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Type[] {
  const types: ts.Type[] = [];
  if ((symbol.flags & ts.SymbolFlags.Type) !== 0) {
    const declared = checker.getDeclaredTypeOfSymbol(symbol);
    types.push(...(declared.isUnion() ? declared.types : [declared]));
  }
  if ((symbol.flags & ts.SymbolFlags.Value) !== 0) types.push(checker.getTypeOfSymbol(symbol));
  return types;
}

function isPublic(member: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (member.declarations ?? []).every(
    (declaration) =>
      (ts.getCombinedModifierFlags(declaration) & hidden) === 0 &&
      !ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal'),
  );
}
