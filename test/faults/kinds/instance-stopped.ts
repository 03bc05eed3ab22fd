/** An instance stands still: a paused container, a suspended machine. The other one takes its tasks over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.js';

function instanceStopped(seconds: number): Fault {
  return {
    name: `instance-stopped-${seconds}s`,
    description: `one instance is stopped (SIGSTOP) for ${seconds} s`,
    // What it still writes when it goes on must stay to be seen.
    loadAfterwardsMs: 100,
    async run({ instances: [one] }) {
      one.pause();
      await sleep(seconds * 1000);
      one.resume();
    },
  };
}

export const instanceStopped15s = instanceStopped(15);
export const instanceStopped40s = instanceStopped(40);
