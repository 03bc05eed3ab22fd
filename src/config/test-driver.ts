/** What is wrong with the options of the test driver, checked as an application's are: what is misspelt must not be left out in silence. */
import { z } from 'zod';
import { durationCheck, objectCheck } from './option.js';
import { problemsOfTable } from './problems.js';
import { optionTable } from './table.js';

const check = objectCheck({
  // One object may be meant for an application too: what only that needs is no mistake.
  ...optionTable,
  applicationId: { check: optionTable.applicationId.check.optional() },
  kafka: { check: z.unknown().optional() },
  now: { check: z.int({ error: 'must be whole milliseconds since the epoch' }).optional() },
  commit: { check: z.enum(['eachRecord', 'manual'], { error: "must be 'eachRecord' or 'manual'" }).optional() },
  emitInterval: { check: durationCheck() },
  refuseSynchronousWalks: { check: z.boolean({ error: 'must be true or false' }).optional() },
});

/** Each begins with the name of its option. */
export function problemsOfTestDriver(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return ['options must be an object'];
  return problemsOfTable(check, options);
}
