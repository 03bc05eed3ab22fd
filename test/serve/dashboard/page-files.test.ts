import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { PAGE_NAMES, readPage } from '../../../src/serve/dashboard/page-files.js';

it('reads the page where it was built, and knows when it was not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-page-'));
  const places = [new URL('no-such-place/', pathToFileURL(`${folder}/`)), pathToFileURL(`${folder}/`)];
  try {
    expect(await readPage(places)).toBeNull();
    for (const name of PAGE_NAMES) await writeFile(join(folder, name), `text of ${name}`);
    const page = await readPage(places);
    expect(page?.get('app.js')).toEqual({ type: 'text/javascript; charset=utf-8', text: 'text of app.js' });
    expect([...(page?.keys() ?? [])]).toEqual(['index.html', 'app.js', 'style.css']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
