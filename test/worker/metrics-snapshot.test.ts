import { describe, expect, it } from 'vitest';
import type { BrokerStatus } from '../../src/broker/port.js';
import { InstanceMetrics } from '../../src/worker/instance-metrics.js';
import { snapshot } from '../../src/worker/metrics-snapshot.js';

const broker = (state: BrokerStatus['state']): BrokerStatus => ({ address: 'b:9092', state, forMs: 0 });
const measured = (...brokers: BrokerStatus[]): { connected: boolean; lag: number | null } => {
  const { connected, lag } = snapshot(new InstanceMetrics(), { brokers });
  return { connected, lag };
};

describe('the lag', () => {
  it('is known while all brokers that were asked answer', () => {
    expect(measured(broker('answering'), broker('answering'))).toEqual({ connected: true, lag: 0 });
  });

  it('is unknown, not 0, while one of them is lost, and before any was asked', () => {
    expect(measured(broker('answering'), broker('lost'))).toEqual({ connected: false, lag: null });
    expect(measured(broker('lost'))).toEqual({ connected: false, lag: null });
    expect(measured()).toEqual({ connected: false, lag: null });
  });
});
