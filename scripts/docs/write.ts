/** `npm run docs`: writes the pages that are made from the source. A test fails when one of them is not up to date. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.js';

for (const [name, content] of await pages()) {
  writeFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), content);
  console.log(`docs/${name}`);
}
