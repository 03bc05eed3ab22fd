/** Asks a registry again when it does not answer, with pauses that grow, for as long as is allowed. */
import { setTimeout as pause } from 'node:timers/promises';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import { RegistryRefusal } from './registry-client.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The answer; at once where the client has it at once.
 * @throws RegistryRefusal; MillraceError REGISTRY_UNREACHABLE when the time is over
 */
export function asked<T>(what: string, timeoutMs: number, request: () => T | Promise<T>): T | Promise<T> {
  let first: T | Promise<T>;
  try {
    first = request();
  } catch (error) {
    if (error instanceof RegistryRefusal) throw error;
    throw unreachable(what, error, 0);
  }
  return first instanceof Promise ? again(what, timeoutMs, first, request) : first;
}

async function again<T>(what: string, timeoutMs: number, first: Promise<T>, request: () => T | Promise<T>): Promise<T> {
  const begin = performance.now();
  let answer: T | Promise<T> = first;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof RegistryRefusal) throw error;
      const spent = performance.now() - begin;
      if (spent + pauseMs >= timeoutMs) throw unreachable(what, error, spent);
    }
    // Half of it by chance: many instances lose the same registry at the same time.
    await pause(pauseMs * (0.5 + Math.random() / 2));
    answer = (async () => request())();
  }
}

function unreachable(what: string, cause: unknown, spentMs: number): MillraceError {
  return new MillraceError(
    'REGISTRY_UNREACHABLE',
    `the schema registry could not be asked for ${what} within ${String(Math.round(spentMs))} ms: ${reasonOf(cause)}; check its address and that it is running`,
    { cause },
  );
}
