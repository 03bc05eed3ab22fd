/** What happens to a process: killed, ended in good order, paused for longer than somebody waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { instanceOf, type FaultKind, type Stage } from '../kind.js';
import type { PlannedFault } from '../plan.js';

const CLOSE_WITHIN_MS = 30_000;

export const killed: FaultKind = {
  name: 'kill',
  description: 'an instance is killed (SIGKILL) and started again a moment later',
  weight: 3,
  fits: () => true,
  lastsMs: (draw) => draw.between(50, 2_000),
  async run(stage, fault) {
    const one = instanceOf(stage, fault);
    await one.alone(async () => {
      await one.kill();
      await sleep(fault.lastsMs);
      one.start();
    });
    return undefined;
  },
};

export const terminated: FaultKind = {
  name: 'terminate',
  description: 'an instance is closed (SIGTERM) and started again a moment later',
  weight: 2,
  fits: () => true,
  lastsMs: (draw) => draw.between(50, 1_500),
  async run(stage, fault) {
    const one = instanceOf(stage, fault);
    await one.alone(async () => {
      if (!(await one.close(CLOSE_WITHIN_MS))) stage.say(`${one.name} did not close in time and was killed`);
      await sleep(fault.lastsMs);
      one.start();
    });
    return undefined;
  },
};

export const pausedForSession: FaultKind = {
  name: 'pause-session',
  description: 'an instance stands still (SIGSTOP) for longer than its session',
  weight: 2,
  fits: () => true,
  lastsMs: (draw, { sessionTimeoutMs }) => sessionTimeoutMs + draw.between(500, 3_000),
  run: pause,
};

/** The broker looks for such transactions every second. */
const LOOKS_EVERY_MS = 1_000;

export const expired: FaultKind = {
  name: 'expired-transaction',
  description: 'an instance stands still for longer than its transaction may, but not its session',
  weight: 2,
  fits: ({ guarantee, sessionTimeoutMs, transactionTimeoutMs }) =>
    guarantee === 'exactly_once_v2' && transactionTimeoutMs + LOOKS_EVERY_MS < sessionTimeoutMs - 500,
  lastsMs: (draw, { sessionTimeoutMs, transactionTimeoutMs }) =>
    draw.between(transactionTimeoutMs + LOOKS_EVERY_MS, sessionTimeoutMs - 500),
  run: pause,
};

async function pause(stage: Stage, fault: PlannedFault): Promise<undefined> {
  const one = instanceOf(stage, fault);
  await one.alone(async () => {
    one.instance.pause();
    await sleep(fault.lastsMs);
    one.instance.resume();
  });
  return undefined;
}
