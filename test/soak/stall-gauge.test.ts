import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StallGauge } from './stall-gauge.js';

describe('the gauge of stalls', () => {
  it('tells for how long a call kept the loop, once', async () => {
    const gauge = new StallGauge();
    gauge.start();
    try {
      await sleep(30);
      gauge.take();
      const before = process.cpuUsage();
      while (process.cpuUsage(before).user < 300_000);
      await sleep(30);
      const { stallMs } = gauge.take();
      expect(stallMs).toBeGreaterThan(150);
      await sleep(30);
      expect(gauge.take().stallMs).toBeLessThan(stallMs);
    } finally {
      gauge.stop();
    }
  });
});
