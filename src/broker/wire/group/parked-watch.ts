/** Watches over a request that the coordinator may hold back for minutes, since no answer looks the same as no connection. */
import { BrokerError } from '../../../errors/broker-error.js';
import { pause } from '../back-off.js';

/** Milliseconds between two questions about the group. */
const ASK_EVERY_MS = 2_000;
/** Answers in a row that leave no reason to wait on; one may have crossed the answer that is waited for. */
const DOUBTS = 2;

/**
 * Asks over another connection what the group is doing, until told to end. A coordinator that does not answer that either
 * takes all its connections down; one that says that the group has gone on has sent its answer into the void.
 * @param waitsIn the state in which a coordinator holds such a request back
 * @param ask the group's state; what it throws counts as a doubt
 * @param giveUp told once, after which the watch is over
 */
export async function watchParked(
  waitsIn: string,
  ask: () => Promise<string>,
  giveUp: (reason: Error) => void,
  end: AbortSignal,
): Promise<void> {
  const over = (): boolean => end.aborted;
  let doubts = 0;
  for (;;) {
    await pause(ASK_EVERY_MS, end);
    if (over()) return;
    let found: string;
    try {
      found = await ask();
    } catch (error) {
      // Who may not ask has to wait.
      if (error instanceof BrokerError && error.class !== 'retriable') return;
      found = (error as Error).message;
    }
    if (over()) return;
    doubts = found === waitsIn ? 0 : doubts + 1;
    if (doubts < DOUBTS) continue;
    giveUp(new Error(`the group is not in ${waitsIn} any more, but: ${found}`));
    return;
  }
}
