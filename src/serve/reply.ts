/** What instances answer each other, and what is wrong with an answer. */

/** Bytes of one answer. */
export const LONGEST_REPLY = 64 * 1024 * 1024;

/** @throws that it is none */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it answered what is no JSON');
  }
}

export function tooLong(): Error {
  return new Error(`it answered with more than ${String(LONGEST_REPLY)} bytes`);
}

export function tooLate(timeoutMs: number): Error {
  return new Error(`it has not answered within ${String(timeoutMs)} ms`);
}
