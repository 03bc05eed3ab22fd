/** The package @kafkajs/confluent-schema-registry: its client of the registry's API, and the libraries of formats that come with it. */
import { createRequire } from 'node:module';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';

export const PACKAGE = '@kafkajs/confluent-schema-registry';

const here = createRequire(import.meta.url);

/**
 * A module of the package (`''`: its path below the package), or one that the package depends on, in the version that it depends on.
 * @throws MillraceError CONFIG_INVALID when the package is not installed
 */
export function fromPackage(name: string): unknown {
  let path: string;
  try {
    path = here.resolve(PACKAGE);
  } catch (cause) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `millrace/registry needs the package ${PACKAGE}: npm install ${PACKAGE} (${reasonOf(cause)})`,
      { cause },
    );
  }
  return createRequire(path)(name) as unknown;
}
