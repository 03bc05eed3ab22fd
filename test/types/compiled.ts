/** What the compiler says of pieces of code that use the package. */
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(ROOT, 'test/types/pieces.ts');

/** Compiles pieces of code behind a common beginning, as one program; gives the messages for each, in order. */
export function compileAll(beginning: string, pieces: readonly string[]): string[][] {
  const lines = [...beginning.split('\n')];
  const owners: number[] = [];
  pieces.forEach((code, index) => {
    for (const line of ['{', ...code.split('\n'), '}']) owners[lines.push(line) - 1] = index;
  });
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === FILE || fileExists.call(host, path);
  host.getSourceFile = (path, target, ...rest) =>
    path === FILE
      ? ts.createSourceFile(path, lines.join('\n'), target, true)
      : getSourceFile.call(host, path, target, ...rest);
  const program = ts.createProgram([FILE], { ...options, noUnusedLocals: false, incremental: false }, host);
  const file = program.getSourceFile(FILE) as ts.SourceFile;
  const messages: string[][] = pieces.map(() => []);
  for (const { messageText, start = 0 } of program.getSemanticDiagnostics(file)) {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    const owner = owners[file.getLineAndCharacterOfPosition(start).line];
    if (owner === undefined) throw new Error(`the beginning does not compile: ${text}`);
    messages[owner]?.push(text);
  }
  return messages;
}
