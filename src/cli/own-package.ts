/** Beside the commands: what this package says of itself in the package.json that is published above `src` and `dist` alike. */
import { readFileSync } from 'node:fs';

export interface OwnPackage {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export function ownPackage(): OwnPackage {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as OwnPackage;
}
