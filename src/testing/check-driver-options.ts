/** Refuses options of the test driver that it cannot take. */
import { problemsOfTestDriver } from '../config/test-driver.js';
import { MillraceError } from '../errors/error.js';
import type { TestDriverOptions } from './test-driver-options.js';

/** @throws MillraceError CONFIG_INVALID naming every option that is wrong */
export function checkDriverOptions(options: TestDriverOptions): void {
  const problems = problemsOfTestDriver(options);
  if (problems.length === 0) return;
  throw new MillraceError('CONFIG_INVALID', `the options of TopologyTestDriver are not valid: ${problems.join('; ')}`, {
    option: problems[0]?.split(' ', 1)[0],
  });
}
