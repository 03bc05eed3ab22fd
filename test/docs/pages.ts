/** The pages that readers of the project see, and the code in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of TypeScript. */
export interface CodeBlock {
  readonly page: string;
  /** The file that the text before it names (`app.ts`), if any. */
  readonly file: string | undefined;
  readonly code: string;
}

export function allPages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...docs.map((name) => `docs/${name}`),
    ...examples.map(({ name }) => `examples/${name}/README.md`),
  ].map(readPage);
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

export function codeBlocks({ path, text }: Page): CodeBlock[] {
  const fences = text.matchAll(/(?:`([\w.-]+\.ts)`[^`\n]*\n\n)?```ts\n([\s\S]*?)```/g);
  return [...fences].map(([, file, code]) => ({ page: path, file, code: code! }));
}

/** Fenced blocks of another language. */
export function otherBlocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code!);
}
