/** An instance dies without a word, again and again: whatever it was about stays half done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const TIMES = 5;
/** So that some die while they restore and others while they commit. */
const LIVES_MS = [700, 3_000, 6_000, 1_500, 4_000];

export const instanceKilled: Fault = {
  name: 'instance-killed',
  description: `one instance after the other is killed (SIGKILL) and started again, ${TIMES} times`,
  loadAfterwardsMs: 20_000,
  async run({ instances, attempt, say }) {
    for (let time = 0; time < TIMES; time += 1) {
      const instance = instances[(time + attempt) % instances.length]!;
      await instance.kill();
      say(`${instance.order.name} was killed`);
      instance.start();
      await sleep(LIVES_MS[time]);
    }
  },
};
