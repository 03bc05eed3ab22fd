/** What every place for state must do, as checks that a user can run on a backend of his own, with any test runner. */
import { MillraceError } from '../../errors/error.js';
import { backendChecks } from './backend-checks.js';
import { BrokenContract, type CheckBody, type StateBackendUnderTest } from './check.js';
import { storeChecks } from './store-checks.js';

/** One thing that a backend must do. */
export interface ContractCheck {
  /** As the name of a test. */
  readonly name: string;
  /** @throws MillraceError CONTRACT_BROKEN, or whatever the backend throws */
  readonly run: () => Promise<void>;
}

/**
 * All that stores rely on, one check a thing:
 *
 * ```ts
 * for (const { name, run } of stateBackendContract({ create, reopen })) test(name, run);
 * ```
 */
export function stateBackendContract(under: StateBackendUnderTest): readonly ContractCheck[] {
  const checks = Object.entries({ ...backendChecks, ...storeChecks });
  return checks.map(([name, body]) => ({ name, run: () => runOn(under, name, body) }));
}

async function runOn(under: StateBackendUnderTest, name: string, body: CheckBody): Promise<void> {
  const backend = await under.create();
  try {
    await body(backend, under);
  } catch (error) {
    if (!(error instanceof BrokenContract)) throw error;
    throw new MillraceError('CONTRACT_BROKEN', `state backend ${backend.location}: ${name}: ${error.message}`);
  } finally {
    await backend.destroy();
  }
}
