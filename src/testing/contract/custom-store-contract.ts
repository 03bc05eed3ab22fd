/** What every store of the user's own making must do, as checks that a user can run on his, with any test runner. */
import { MillraceError } from '../../errors/error.js';
import type { CustomStore } from '../../store/custom-store.js';
import { BrokenContract } from './check.js';
import {
  CheckedStores,
  customStoreChecks,
  type CustomStoreCheckBody,
  type CustomStoreUnderTest,
} from './custom-store-checks.js';
import type { ContractCheck } from './state-backend-contract.js';

/**
 * All that a store must do to be what its changelog says, one check a thing:
 *
 * ```ts
 * for (const { name, run } of customStoreContract({ open, change, read })) test(name, run);
 * ```
 */
export function customStoreContract<S extends CustomStore>(under: CustomStoreUnderTest<S>): readonly ContractCheck[] {
  return Object.entries(customStoreChecks).map(([name, body]) => ({
    name,
    run: () => runOn(new CheckedStores(under) as unknown as CheckedStores<CustomStore>, name, body),
  }));
}

async function runOn(stores: CheckedStores<CustomStore>, name: string, body: CustomStoreCheckBody): Promise<void> {
  try {
    body(stores);
  } catch (error) {
    if (!(error instanceof BrokenContract)) throw error;
    throw new MillraceError('CONTRACT_BROKEN', `store: ${name}: ${error.message}`);
  } finally {
    await stores.close();
  }
}
