/** The broker that keeps the group goes away without a goodbye, and comes back half a minute later. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const AWAY_MS = 30_000;

export const coordinatorKilled: Fault = {
  name: 'coordinator-killed',
  description: 'the coordinator is killed (SIGKILL) and starts again after 30 s',
  loadAfterwardsMs: 20_000,
  async run({ kafka, applicationId, say }) {
    const coordinator = await kafka.coordinatorOf(applicationId);
    say(`broker ${coordinator.id} is killed`);
    await coordinator.kill();
    await sleep(AWAY_MS);
    await coordinator.start();
  },
};
