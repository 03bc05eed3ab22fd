/** Calls a listener of the application: one that fails must not stop what it listens to. */

/** @param failed is told what it threw, or what its promise was rejected with: that it gives nothing does not keep it from being asynchronous */
export function tellListener<Args extends readonly unknown[]>(
  listener: (...args: Args) => unknown,
  args: Args,
  failed: (error: unknown) => void,
): void {
  try {
    const result = listener(...args);
    if (result instanceof Promise) result.catch(failed);
  } catch (error) {
    failed(error);
  }
}
