/** Looks for an installed program the way a shell would, so that its absence can be told before it is needed. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Full path of a program: first in the `bin` folder of each home variable that is set, then along `PATH`. */
export async function findProgram(name: string, homeVariables: readonly string[] = []): Promise<string | undefined> {
  const homes = homeVariables
    .map((variable) => process.env[variable])
    .filter((home) => home !== undefined && home !== '');
  const folders = [
    ...homes.map((home) => join(home ?? '', 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Missing, or not ours to run: for the search both mean "look further".
    return false;
  }
}
