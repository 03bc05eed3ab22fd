/** What every serde must do, as checks that a user can run on a serde of his own, with any test runner. */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { BrokenContract } from './check.js';
import { Checked, serdeChecks, type SerdeCheckBody, type SerdeUnderTest } from './serde-checks.js';
import type { ContractCheck } from './state-backend-contract.js';

/**
 * All that sources, sinks and stores rely on, one check a thing:
 *
 * ```ts
 * for (const { name, run } of serdeContract({ serde, values })) test(name, run);
 * ```
 * @throws MillraceError CONFIG_INVALID when there are fewer than two values
 */
export function serdeContract<T>(under: SerdeUnderTest<T>): readonly ContractCheck[] {
  if (under.values.length < 2) {
    throw new MillraceError('CONFIG_INVALID', 'serdeContract needs two or more values to try a serde with');
  }
  const checked = new Checked(under as unknown as SerdeUnderTest<unknown>);
  return Object.entries(serdeChecks).map(([name, body]) => ({
    name,
    // As a promise, so that what fails is a rejection whatever the runner.
    run: () => Promise.resolve().then(() => runOn(checked, name, body)),
  }));
}

function runOn(checked: Checked, name: string, body: SerdeCheckBody): void {
  try {
    body(checked);
  } catch (error) {
    const reason = error instanceof BrokenContract ? error.message : `the serde threw: ${reasonOf(error)}`;
    throw new MillraceError('CONTRACT_BROKEN', `serde: ${name}: ${reason}`, { cause: error });
  }
}
