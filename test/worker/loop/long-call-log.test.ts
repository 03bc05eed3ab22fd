import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/observe/logger.js';
import { LongCallLog } from '../../../src/worker/loop/long-call-log.js';

describe('LongCallLog', () => {
  it('warns of what took longer than the limit, with the node and the record', () => {
    const warnings: unknown[] = [];
    const log = new LongCallLog({ ...silentLogger, warn: (...line) => warnings.push(line) }, 10_000);
    const record = { topic: 'in', partition: 2, offset: 7, timestamp: 1, headers: [] };
    log.took(0);
    log.calls.current = { name: 'SLOW', task: '0_2', record };
    log.took(9_000);
    expect(warnings).toEqual([]);
    log.calls.current = { name: 'SLOW', task: '0_2', record };
    new Int32Array(log.pulse)[0] = 60;
    log.took(60_400);
    const place = { task: '0_2', topic: 'in', partition: 2, offset: 7, milliseconds: 60_400 };
    expect(warnings).toEqual([[expect.stringContaining('a function of SLOW held the thread for 60.4 s'), place]]);
  });

  it('measures how long the event loop was held', async () => {
    const log = new LongCallLog(silentLogger, 10_000);
    log.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const end = performance.now() + 300; performance.now() < end;);
    await new Promise((resolve) => setTimeout(resolve, 50));
    log.stop();
    expect(log.longestStall).toBeGreaterThan(200);
  });
});
