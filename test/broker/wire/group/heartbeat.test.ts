import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { GroupIdentity } from '../../../../src/broker/port.js';
import { Heartbeat } from '../../../../src/broker/wire/group/heartbeat.js';

const IDENTITY: GroupIdentity = { groupId: 'g', generation: 1, memberId: 'm', instanceId: null };

let worker: Worker | undefined;
afterEach(() => worker?.terminate());

/** Acknowledges from another thread, as a broker does: also while this one is busy. */
async function acknowledger(): Promise<() => Promise<void>> {
  worker = new Worker(
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));",
    {
      eval: true,
    },
  );
  const echo = worker;
  const send = (): Promise<void> =>
    new Promise((resolve) => {
      echo.once('message', () => {
        resolve();
      });
      echo.postMessage('beat');
    });
  await send();
  return send;
}

function block(milliseconds: number): void {
  const end = Date.now() + milliseconds;
  while (Date.now() < end);
}

describe('heartbeat', () => {
  it('reads the acknowledgement that came while the process was busy, before it calls the session over', async () => {
    const send = await acknowledger();
    const lost: Error[] = [];
    let beats = 0;
    let rested: () => void = () => undefined;
    const rest = new Promise<void>((resolve) => (rested = resolve));
    const heartbeat = new Heartbeat(
      { groupId: 'g', heartbeatMs: 200, sessionTimeoutMs: 400 },
      async () => {
        beats += 1;
        if (beats > 2) rested();
        const acknowledged = send();
        // Busy beyond the end of the session as counted from the beat before, not from this one. After an immediate the
        // event loop comes to its timers first and to what has arrived only then.
        if (beats === 1) setImmediate(block, 300);
        await acknowledged;
      },
      { rebalancing: () => undefined, lost: (error) => lost.push(error), failed: (error) => lost.push(error) },
    );
    heartbeat.start(IDENTITY);
    await rest;
    heartbeat.stop();
    expect(lost).toEqual([]);
  });
});
