/** How commands reach a schema registry. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { MillraceError } from '../errors/error.js';
import { KafkajsRegistryClient } from '../registry/kafkajs-client.js';
import type { RegistryClient } from '../registry/registry-client.js';

export interface RegistryAccessFlags {
  readonly registry?: string;
  readonly auth?: { readonly username: string; readonly password: string };
}

const REQUEST_TIMEOUT_MS = 10_000;

/** Adds the options to a command. */
export function addRegistryAccess(command: Command): Command {
  return command
    .addOption(new Option('-r, --registry <url>', 'address of its API').env('SCHEMA_REGISTRY_URL'))
    .addOption(
      new Option('--auth <user:password>', 'basic authentication').env('SCHEMA_REGISTRY_AUTH').argParser(toAuth),
    );
}

/** @throws MillraceError CONFIG_INVALID when there is no address of one */
export function registryClient({ registry: host, auth }: RegistryAccessFlags, command: string): RegistryClient {
  if (host === undefined || !/^https?:\/\//.test(host)) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${command} needs the address of a registry: --registry http://localhost:8081, or SCHEMA_REGISTRY_URL`,
    );
  }
  return new KafkajsRegistryClient({
    host,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...(auth === undefined ? {} : { auth }),
  });
}

function toAuth(text: string): { readonly username: string; readonly password: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('It is user:password.');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
