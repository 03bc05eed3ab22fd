import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LifeSign, thisMoment } from '../../../../src/broker/wire/group/life-sign.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('life sign', () => {
  it('is silent for as long as the clock says more that saw more', () => {
    vi.useFakeTimers();
    const sign = new LifeSign();
    expect(sign.silence()).toBeGreaterThan(1e9);
    sign.heard(thisMoment());
    vi.advanceTimersByTime(2_000);
    expect(sign.silence()).toBe(2_000);
    vi.setSystemTime(Date.now() + 5_000);
    expect(sign.silence()).toBe(7_000);
    vi.setSystemTime(Date.now() - 60_000);
    expect(sign.silence()).toBe(2_000);
  });

  it('does not go back to an older moment', () => {
    vi.useFakeTimers();
    const sign = new LifeSign();
    const early = thisMoment();
    vi.advanceTimersByTime(1_000);
    sign.heard(thisMoment());
    sign.heard(early);
    expect(sign.silence()).toBe(0);
  });

  it('is read by the clock of any thread', async () => {
    const sign = new LifeSign();
    const worker = new Worker(
      "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(process.hrtime.bigint());",
      { eval: true, workerData: sign.memory },
    );
    const before = process.hrtime.bigint();
    const ticks = await new Promise<bigint>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(ticks).toBeGreaterThan(before);
    expect(ticks).toBeLessThan(process.hrtime.bigint());
    const other = new LifeSign(sign.memory);
    other.heard(thisMoment());
    other.setOut(3);
    expect(sign.silence()).toBeLessThan(1_000);
    expect([sign.isOut(3), sign.isOut(4)]).toEqual([true, false]);
  });
});
