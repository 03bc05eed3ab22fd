import { describe, expect, test } from 'vitest';
import { orders, type OrdersOptions, type TimedOrder } from '../../../examples/02-windowed-count/orders.js';

const options: OrdersOptions = { seed: 1, start: 1_700_000_000_000, step: 10, users: 100, outOfOrder: 0.2, late: 0.05 };
const COUNT = 20_000;

describe('generated orders', () => {
  test('are the same for the same seed, others for another', () => {
    expect(take(100, options)).toEqual(take(100, options));
    expect(take(100, options)).not.toEqual(take(100, { ...options, seed: 2 }));
  });

  test('come from a few users mostly', () => {
    const perUser = new Map<string, number>();
    for (const { order } of take(COUNT, options)) perUser.set(order.user, (perUser.get(order.user) ?? 0) + 1);
    expect(perUser.size).toBe(100);
    expect(perUser.get('user-000')! / COUNT).toBeCloseTo(0.01 ** (1 / 3), 1);
  });

  test('are late, out of order or on time as often as asked for', () => {
    const behind = take(COUNT, options).map(({ timestamp }, i) => options.start + i * options.step - timestamp);
    const share = (accept: (ms: number) => boolean): number => behind.filter(accept).length / COUNT;
    expect(share((ms) => ms === 0)).toBeCloseTo(0.75, 1);
    expect(share((ms) => ms > 0 && ms <= 4_000)).toBeCloseTo(0.2, 1);
    expect(share((ms) => ms >= 20_000 && ms <= 60_000)).toBeCloseTo(0.05, 1);
    expect(share((ms) => ms > 4_000 && ms < 20_000)).toBe(0);
  });

  test('have whole milliseconds and whole cents even with a fraction for a step', () => {
    for (const { order, timestamp } of take(1_000, { ...options, step: 1 / 3 })) {
      expect(Number.isInteger(timestamp)).toBe(true);
      expect(Number.isInteger(order.cents)).toBe(true);
    }
  });
});

function take(count: number, from: OrdersOptions): TimedOrder[] {
  const source = orders(from);
  return Array.from({ length: count }, () => source.next().value);
}
