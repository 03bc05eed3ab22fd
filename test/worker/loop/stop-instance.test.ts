import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/observe/logger.js';
import { ClosingLimit } from '../../../src/worker/loop/closing-limit.js';
import { stopInstance, type PartsToStop } from '../../../src/worker/loop/stop-instance.js';

let steps: string[];
let lines: string[];
let parts: { -readonly [K in keyof PartsToStop]: PartsToStop[K] };
const never = (): Promise<never> => new Promise(() => undefined);
const done = (step: string) => (): Promise<void> => {
  steps.push(step);
  return Promise.resolve();
};

beforeEach(() => {
  vi.useFakeTimers();
  steps = [];
  lines = [];
  parts = {
    client: { brokers: () => [{ address: 'b:1', state: 'lost', forMs: 5 }], close: done('client closed') },
    reader: { wake: () => undefined, close: done('reader closed') },
    producer: { abandon: () => steps.push('dropped'), close: done('producer closed') },
    member: { close: ({ leave }) => done(leave ? 'left' : 'not left')() },
    tasks: { owned: ['0_0', '0_1'], close: done('committed'), abandon: done('given up') },
    purge: { idle: () => Promise.resolve() },
    background: [],
    endedWith: (failure) => done(`told ${(failure as Error).message}`)(),
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const limit = (): ClosingLimit =>
  new ClosingLimit(30_000, { ...silentLogger, warn: (message) => void lines.push(message) });
const stop = (how: { clean: boolean; loop?: Promise<void> }): Promise<void> =>
  stopInstance(parts, how.loop ?? Promise.resolve(), { clean: how.clean, leave: true, limit: limit() });

describe('the end of an instance', () => {
  it('commits, leaves, and closes everything; nothing is dropped', async () => {
    await stop({ clean: true });
    expect(steps).toEqual(['committed', 'left', 'given up', 'reader closed', 'producer closed', 'client closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('commits nothing when it is not clean, and nothing that was written leaves any more', async () => {
    await stop({ clean: false });
    expect(steps.slice(0, 3)).toEqual(['dropped', 'left', 'given up']);
    expect(steps.at(-1)).toBe('client closed');
  });

  it('tells what the last commit failed with, before no broker can be reached any more', async () => {
    parts.tasks.close = () => Promise.reject(new Error('no'));
    await expect(stop({ clean: true })).rejects.toThrow('no');
    expect(steps.slice(-2)).toEqual(['told no', 'client closed']);
  });

  it('ends within its time though no broker answers, and says what it waited for and what follows', async () => {
    parts.tasks.close = never;
    parts.member.close = never;
    parts.producer.close = never;
    const begun = performance.now();
    const stopped = stop({ clean: true });
    const refused = expect(stopped).rejects.toMatchObject({
      code: 'CLOSE_TIMED_OUT',
      message: expect.stringMatching(
        /last commit of tasks 0_0, 0_1 \(no answer from b:1\).*30000 ms.*not committed.*processed again/,
      ) as string,
    });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(lines).toEqual(['closing waits for the last commit of tasks 0_0, 0_1 (no answer from b:1)']);
    await vi.advanceTimersByTimeAsync(24_050);
    expect(steps).toContain('dropped');
    expect(steps).toContain('client closed');
    await refused;
    expect(performance.now() - begun).toBeLessThan(30_100);
  });

  it('tells why the last commit failed', async () => {
    parts.tasks.close = () => Promise.reject(new Error('disk full'));
    await expect(stop({ clean: true })).rejects.toThrow('disk full');
    expect(steps[0]).toBe('dropped');
    expect(steps.at(-1)).toBe('client closed');
  });

  it('does not wait for ever for a loop that waits', async () => {
    const stopped = expect(stop({ clean: true, loop: never() })).rejects.toThrow('the record at hand');
    await vi.advanceTimersByTimeAsync(30_000);
    await stopped;
    expect(steps).not.toContain('committed');
  });
});
