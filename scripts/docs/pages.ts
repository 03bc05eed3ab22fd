/** The generated pages and pictures of `docs`; pages are formatted as the rest of the repository. */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { operatorsByExample } from './by-example/page.js';
import { configurationPage } from './configuration-page.js';
import { errorsPage } from './errors-page.js';
import { metricsPage } from './metrics-page.js';
import { parityPage } from './parity-page.js';
import { roomsPictures } from './rooms-picture.js';
import { readmePicture } from './topology-picture.js';

export async function pages(): Promise<ReadonlyMap<string, string>> {
  const { page, pictures } = await operatorsByExample();
  const made = {
    'configuration.md': configurationPage(),
    'errors.md': errorsPage(),
    'metrics.md': metricsPage(),
    'operators-by-example.md': page,
    'parity.md': parityPage(),
  };
  const topology = await readmePicture();
  const options = await resolveConfig(fileURLToPath(import.meta.url));
  const formatted = Object.entries(made).map(
    async ([name, text]) => [name, await format(text, { ...options, parser: 'markdown' })] as const,
  );
  return new Map([...(await Promise.all(formatted)), ...roomsPictures(), ...pictures, ['topology.svg', topology]]);
}
