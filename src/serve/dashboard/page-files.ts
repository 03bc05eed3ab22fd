/** The built page of the dashboard, which lies beside the compiled package; read once, when it is first asked for. */
import { readFile } from 'node:fs/promises';

/** Its files, by the last part of their address. Nothing else is ever read. */
const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
};

/** From the compiled modules, those of CommonJS, and the sources. */
const PLACES = ['../../dashboard/', '../../../dashboard/', '../../../dist/dashboard/'];

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

export type PageFiles = ReadonlyMap<string, PageFile>;

export const PAGE_NAMES: readonly string[] = Object.keys(TYPES);

/** @returns null when the page was not built */
export async function readPage(
  folders = PLACES.map((place) => new URL(place, import.meta.url)),
): Promise<PageFiles | null> {
  for (const folder of folders) {
    try {
      const files = await Promise.all(
        Object.entries(TYPES).map(async ([name, type]) => {
          return [name, { type, text: await readFile(new URL(name, folder), 'utf8') }] as const;
        }),
      );
      return new Map(files);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return null;
}
