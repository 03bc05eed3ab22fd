/** Beside a record's way: notices that nothing is heard from a broker any more, however busy or stopped this process is itself. */

/**
 * Calls `silent` once nothing has been heard for so long, counted from now. Time that the process itself stood still is not
 * held against the broker: what lies unread in the sockets is read first, and after a long stop the wait begins once more.
 * @param lastSign when something was heard last, by `performance.now()`; -Infinity before
 * @returns ends the watch
 */
export function watchSilence(limitMs: number, lastSign: () => number, silent: () => void): () => void {
  let since = performance.now();
  let due = 0;
  let excused = false;
  let ended = false;
  let timer: NodeJS.Timeout;
  const arm = (milliseconds: number): void => {
    due = performance.now() + milliseconds;
    timer = setTimeout(() => {
      // Timers come before sockets in a turn of the event loop.
      setImmediate(look);
    }, milliseconds);
  };
  const look = (): void => {
    if (ended) return;
    const now = performance.now();
    // Once only: who keeps the thread busy all the time would never notice anything.
    if (!excused && now - due > limitMs / 2) {
      excused = true;
      since = now;
    }
    const left = Math.max(since, lastSign()) + limitMs - now;
    if (left > 0) {
      arm(Math.ceil(left));
      return;
    }
    ended = true;
    silent();
  };
  arm(limitMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
