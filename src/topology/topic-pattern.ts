/** Sources that read every topic whose name fits a pattern. */

const compiled = new WeakMap<RegExp, RegExp>();

/** Whether the whole of `topic` matches `pattern`, as `Pattern.matcher(topic).matches()` does in Java. */
export function matchesWhole(pattern: RegExp, topic: string): boolean {
  let whole = compiled.get(pattern);
  if (whole === undefined) {
    // `g` and `y` would make the result depend on the call before.
    whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''));
    compiled.set(pattern, whole);
  }
  return whole.test(topic);
}

/** The pattern as Java would print it: `RegExp` writes a slash as `\/`. */
export function patternText(pattern: RegExp): string {
  return pattern.source.replaceAll('\\/', '/');
}
