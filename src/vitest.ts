/** A door of its own: `import 'millrace/vitest'`, in a test or as one of `setupFiles`, adds the matchers to Vitest's `expect`. */
import { expect } from 'vitest';
import { millraceMatchers, type MillraceMatchers } from './testing/matchers/matchers.js';

expect.extend(millraceMatchers);

declare module 'vitest' {
  // Merges only when written as Vitest writes it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends MillraceMatchers<T> {}
}
