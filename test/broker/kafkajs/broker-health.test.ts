import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerHealth, type BrokerRecord, type WatchedSession } from '../../../src/broker/kafkajs/broker-health.js';
import { silentLogger } from '../../../src/observe/logger.js';

const lines: string[] = [];
const news: string[] = [];
let health: BrokerHealth;
let broker: BrokerRecord;

beforeEach(() => {
  vi.useFakeTimers();
  lines.length = 0;
  news.length = 0;
  const note =
    (level: string) =>
    (message: string, fields?: unknown): void => {
      lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
  health = new BrokerHealth({ ...silentLogger, info: note('info'), warn: note('warn') }, (text) => news.push(text));
  broker = health.of({ host: 'b', port: 1 });
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = (): Error => new Error('refused');
const fail = (): void => {
  broker.failed(refused(), performance.now());
};
const pass = (milliseconds: number): void => {
  vi.advanceTimersByTime(milliseconds);
};

function session(openedAt: number, heardAt: number): WatchedSession & { dropped: Error | null } {
  const one = {
    openedAt,
    heardAt,
    dropped: null as Error | null,
    drop: (error: Error) => {
      one.dropped = error;
    },
  };
  broker.sessions.add(one);
  return one;
}

describe('what is written of a broker', () => {
  it('is one line when it is lost, one when it is back, with how long and how many attempts', () => {
    fail();
    for (let i = 0; i < 6; i++) {
      pass(500);
      fail();
    }
    pass(100);
    broker.answered(1);
    expect(lines).toEqual([
      'warn broker b:1 is lost; it is tried again until it answers {"reason":"refused"}',
      'info broker b:1 answers again {"afterSeconds":3.1,"attempts":7}',
    ]);
    expect(news).toEqual(['broker b:1 is lost: refused', 'broker b:1 answers again']);
  });

  it('is a count at most once in a minute while it stays lost', () => {
    for (let i = 0; i < 130; i++) {
      fail();
      pass(1_000);
    }
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(
      'is still lost {"reason":"refused","failuresLeftOut":59,"lostForSeconds":60,"attempts":61}',
    );
  });

  it('is no more for one that comes and goes all the time', () => {
    for (let i = 0; i < 240; i++) {
      fail();
      pass(250);
      broker.answered(1);
      pass(250);
    }
    // Two minutes: three times lost and back in each, and a count.
    expect(lines).toHaveLength(12);
    expect(lines[6]).toContain('"failuresLeftOut":117');
  });

  it('is not kept back for a second outage soon after the first', () => {
    for (let i = 0; i < 2; i++) {
      fail();
      pass(2_000);
      broker.answered(1);
      pass(2_000);
    }
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info', 'warn', 'info']);
  });

  it('counts connections that fail together as one attempt', () => {
    const begun = performance.now();
    pass(3_000);
    for (let i = 0; i < 5; i++) broker.failed(refused(), begun);
    broker.answered(1);
    expect(lines[1]).toContain('"attempts":1');
  });

  it('tells each broker apart', () => {
    fail();
    health.of({ host: 'c', port: 1 }).failed(refused(), performance.now());
    expect(lines).toHaveLength(2);
    expect(health.of({ host: 'b', port: 1 })).toBe(broker);
  });
});

describe('silence on one connection', () => {
  it('ends the others that have not heard from the broker since, and no others', () => {
    pass(20_000);
    const now = performance.now();
    const idle = session(now - 15_000, now - 9_000);
    const talking = session(now - 15_000, now - 100);
    const young = session(now - 1_000, -Infinity);
    const error = new Error('silent');
    broker.unanswered(now - 3_000, error);
    expect([idle.dropped, talking.dropped, young.dropped]).toEqual([error, null, null]);
    // The broker itself lives: nothing to worry about.
    expect(broker.lost).toBe(false);
    expect(lines).toEqual([]);
  });

  it('makes the broker lost when no connection has heard from it', () => {
    pass(20_000);
    session(0, performance.now() - 3_500);
    broker.unanswered(performance.now() - 3_000, new Error('silent'));
    expect(broker.lost).toBe(true);
    expect(lines).toHaveLength(1);
  });
});

describe('patience', () => {
  it('grows with a broker that is slow, and with silences in a row, to a bound', () => {
    expect(broker.patience(3_000)).toBe(3_000);
    broker.answered(900);
    expect(broker.patience(100)).toBe(100);
    broker.answered(2_000);
    expect(broker.patience(3_000)).toBe(6_000);
    for (let i = 0; i < 50; i++) broker.answered(5);
    expect(broker.patience(3_000)).toBe(3_000);
    const silences: number[] = [];
    for (let i = 0; i < 9; i++) {
      pass(10_000);
      broker.unanswered(performance.now() - 3_000, new Error('silent'));
      silences.push(broker.patience(3_000));
    }
    expect(silences).toEqual([3_000, 3_000, 3_000, 3_000, 3_000, 6_000, 12_000, 12_000, 12_000]);
    broker.answered(5);
    expect(broker.patience(3_000)).toBe(3_000);
  });
});

it('tells the state of each broker', () => {
  health.of({ host: 'c', port: 2 });
  fail();
  pass(2_000);
  expect(health.statuses).toEqual([
    { address: 'b:1', state: 'lost', forMs: 2_000 },
    { address: 'c:2', state: 'untried', forMs: 0 },
  ]);
  broker.answered(1);
  expect(health.statuses[0]).toMatchObject({ state: 'answering', forMs: 0 });
});
