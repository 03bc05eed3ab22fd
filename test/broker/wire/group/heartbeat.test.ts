import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GroupIdentity } from '../../../../src/broker/port.js';
import { Heartbeat } from '../../../../src/broker/wire/group/heartbeat.js';
import { LifeSign, thisMoment } from '../../../../src/broker/wire/group/life-sign.js';
import { BrokerError } from '../../../../src/errors/broker-error.js';

const IDENTITY: GroupIdentity = { groupId: 'g', generation: 1, memberId: 'm', instanceId: null };

let said: string[];
let sent: number[];
let answer: (identity: GroupIdentity) => Promise<void>;
let sign: LifeSign;
let heartbeat: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  sent = [];
  answer = () => Promise.resolve();
  sign = new LifeSign();
  heartbeat = new Heartbeat(
    { heartbeatMs: 3_000 },
    (identity) => {
      sent.push(identity.generation);
      return answer(identity);
    },
    {
      acknowledged: () => said.push('acknowledged'),
      rebalancing: () => said.push('rebalancing'),
      unanswered: () => said.push('unanswered'),
      lost: () => said.push('lost'),
      failed: () => said.push('failed'),
    },
    sign,
  );
});
afterEach(async () => {
  await heartbeat.close();
  vi.useRealTimers();
});

const seconds = async (count: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(count * 1000);
};
const refusal = (kafkaCode: number, errorClass: 'fenced' | 'retriable' = 'fenced'): Promise<never> =>
  Promise.reject(new BrokerError(errorClass, 'refused', { kafkaCode }));

describe('heartbeat', () => {
  it('beats at once when the answer that it starts with was long on its way', async () => {
    const moment = thisMoment();
    await seconds(20);
    heartbeat.start(IDENTITY, 1, moment);
    expect(heartbeat.silence()).toBe(20_000);
    await seconds(0);
    expect(sent).toEqual([1]);
    expect(heartbeat.silence()).toBe(0);
  });

  it('keeps its rhythm, whatever the answers take', async () => {
    answer = () => new Promise((resolve) => setTimeout(resolve, 2_000));
    heartbeat.start(IDENTITY, 1, thisMoment());
    await seconds(12);
    expect(sent).toHaveLength(4);
  });

  it('takes over the next generation when the join is answered and nobody could read that', async () => {
    answer = ({ generation }) => (generation === 2 ? Promise.resolve() : refusal(22));
    heartbeat.start(IDENTITY, 1, thisMoment());
    heartbeat.join();
    await seconds(7);
    expect(sent).toEqual([1, 2, 2]);
    expect(said).toEqual(['acknowledged', 'acknowledged']);
    expect(sign.isOut(1)).toBe(false);
  });

  it('is out when the generation after is gone too, and when it was not joining', async () => {
    answer = () => refusal(22);
    heartbeat.start(IDENTITY, 1, thisMoment());
    heartbeat.join();
    await seconds(30);
    expect(sent).toEqual([1, 2]);
    heartbeat.start(IDENTITY, 2, thisMoment());
    await seconds(30);
    expect(sent).toEqual([1, 2, 1]);
    expect(said).toEqual(['lost', 'lost']);
    expect(sign.isOut(2)).toBe(true);
  });

  it('beats when asked to, once', async () => {
    let open: () => void = () => undefined;
    answer = () => new Promise((resolve) => (open = resolve));
    heartbeat.start(IDENTITY, 1, thisMoment());
    heartbeat.hurry();
    heartbeat.hurry();
    expect(sent).toEqual([1]);
    open();
    await seconds(2.9);
    expect(sent).toEqual([1]);
    await seconds(0.2);
    expect(sent).toEqual([1, 1]);
  });

  it('tries again soon after a beat without an answer', async () => {
    answer = () => refusal(-1, 'retriable');
    heartbeat.start(IDENTITY, 1, thisMoment());
    await seconds(3);
    answer = () => Promise.resolve();
    await seconds(0.1);
    expect(said).toEqual(['unanswered', 'acknowledged']);
  });
});
