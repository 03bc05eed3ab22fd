/** Beside a record's way: where a user wrote an operator, for errors. */

/** One call of a function of this package, and all that led to it; it becomes a text only when somebody asks. */
export type Call = Error;

/** As `    at KStream.to (/home/me/app.ts:12:6)` or `    at file:///home/me/app.ts:12:6`. */
const FRAME = /^\s*at (?:.* \()?(?:file:\/\/)?(.+?:\d+:\d+)\)?$/;
const OWN_FILE = /topology[\\/]written-at\.[jt]s:\d+:\d+$/;

export function thisCall(): Call {
  return new Error();
}

/** `file:line:column` of the first call on the way that is not of this package; null where that cannot be told. */
export function calledAt(call: Call): string | null {
  const [own, ...frames] = (call.stack ?? '').split('\n').flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  // Bundled with the application, the package cannot be told from it.
  if (own === undefined || !OWN_FILE.test(own)) return null;
  const root = own.replace(OWN_FILE, '');
  return frames.find((frame) => !frame.startsWith(root)) ?? null;
}

/** The end of an error about a node: where it was written, or nothing. */
export function writtenAtText(topology: { writtenAt?(name: string): string | null } | undefined, node = ''): string {
  const place = topology?.writtenAt?.(node) ?? null;
  return place === null ? '' : `; it was written at ${place}`;
}
