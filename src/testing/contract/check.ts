/** What the checks of a contract have in common. */
import type { StateBackend } from '../../store/backend.js';

/** A backend to be checked. */
export interface StateBackendUnderTest {
  /** Makes a new, empty one. Every check makes its own, and destroys it. */
  readonly create: () => Promise<StateBackend> | StateBackend;
  /** Opens what was there again, after `close`. Only for backends that are `persistent`, and needed for those. */
  readonly reopen?: (closed: StateBackend) => Promise<StateBackend> | StateBackend;
}

/** What a check does; it need not destroy `backend`. */
export type CheckBody = (backend: StateBackend, under: StateBackendUnderTest) => Promise<void> | void;

/** What a check finds; it is told with the name of the check. */
export class BrokenContract extends Error {}

/** Compares what can be written as JSON. */
export function mustBe(what: string, actual: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new BrokenContract(`${what} must be ${wanted}, and is ${found}`);
}
