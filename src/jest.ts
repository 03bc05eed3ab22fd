/** A door of its own: `import 'millrace/jest'`, in a test or as one of `setupFilesAfterEnv`, adds the matchers to Jest's `expect`. */
import { MillraceError } from './errors/error.js';
import { millraceMatchers, type MillraceMatchers } from './testing/matchers/matchers.js';

const { expect } = globalThis as { expect?: { extend?: (matchers: object) => void } };
if (expect?.extend === undefined) {
  throw new MillraceError(
    'STATE_INVALID',
    'millrace/jest finds no expect: import it in a test or in setupFilesAfterEnv; without injectGlobals call expect.extend(millraceMatchers)',
  );
}
expect.extend(millraceMatchers);

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- so that it merges with Jest's own
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars
    interface Matchers<R, T = {}> extends MillraceMatchers<T> {}
  }
}
