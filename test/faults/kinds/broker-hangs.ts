/** One broker stands still with its connections open, another one in each try, and an instance must start beside it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const HANGS_MS = 45_000;
const RESTART_AFTER_MS = 3_000;

export const brokerHangs: Fault = {
  name: 'broker-hangs',
  description: 'one broker hangs (SIGSTOP) for 45 s while an instance restarts',
  loadAfterwardsMs: 20_000,
  async run({ kafka, instances: [one], applicationId, attempt, say }) {
    const node = kafka.nodes[(attempt - 1) % kafka.nodes.length]!;
    const coordinator = await kafka.coordinatorOf(applicationId);
    say(`broker ${node.id} hangs${node === coordinator ? ', which is the coordinator' : ''}`);
    await node.pause();
    const end = performance.now() + HANGS_MS;
    try {
      await sleep(RESTART_AFTER_MS);
      // Killed: a good order would need the broker that hangs.
      await one.kill();
      one.start();
      await sleep(Math.max(0, end - performance.now()));
    } finally {
      await node.resume();
    }
  },
};
