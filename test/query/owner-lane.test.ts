/** When the questions to another instance are sent, and which go together. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OwnerLane } from '../../src/query/owner-lane.js';
import type { Question } from '../../src/query/question.js';
import type { InstanceTransport, Post, Reply } from '../../src/query/transport.js';

interface Body {
  readonly questions: readonly { readonly asked: { readonly keys: readonly string[] } }[];
}

/** Another instance that answers after so many ms, and notes when which keys were asked for. */
class Owner implements InstanceTransport {
  readonly requests: { readonly at: number; readonly keys: number }[] = [];

  constructor(private readonly takesMs: number) {}

  async post(_host: string, _path: string, { body }: Post): Promise<Reply> {
    const { questions } = JSON.parse(body) as Body;
    const counts = questions.map(({ asked }) => asked.keys.length);
    this.requests.push({ at: Date.now(), keys: counts.reduce((sum, count) => sum + count, 0) });
    await new Promise((resolve) => setTimeout(resolve, this.takesMs));
    const answers = counts.map((count) => ({ rows: Array(count).fill(null), more: false, position: {} }));
    return { status: 200, body: { answers } };
  }

  stream(): never {
    throw new Error('nothing is followed here');
  }
}

const question = (key: string): Question => ({
  ...{ store: 'counts', task: '0_0', isolation: 'latest', atLeast: {} },
  asked: { kind: 'keys', keys: [Buffer.from(key)] },
});

describe('the lane to an owner', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const laneTo = (owner: Owner): OwnerLane => new OwnerLane('other:1', null, owner, () => Date.now());

  /** Asks for a key every so many ms, whether or not those before are answered. */
  async function askEvery(lane: OwnerLane, ms: number, times: number): Promise<void> {
    const answers: Promise<unknown>[] = [];
    for (let asked = 0; asked < times; asked += 1) {
      answers.push(lane.ask(question(`key-${String(asked)}`)));
      await vi.advanceTimersByTimeAsync(ms);
    }
    await vi.runAllTimersAsync();
    await Promise.all(answers);
  }

  it('sends the first question at once, with those of the same breath', async () => {
    const owner = new Owner(1);
    const lane = laneTo(owner);
    const answers = Promise.all(['a', 'b', 'c'].map((key) => lane.ask(question(key))));
    await vi.runAllTimersAsync();
    expect(await answers).toEqual(Array(3).fill({ rows: [null], more: false, position: {} }));
    expect(owner.requests).toEqual([{ at: 0, keys: 3 }]);
  });

  it('lets who asks one question after the other wait for nothing but the answer', async () => {
    const owner = new Owner(1);
    const lane = laneTo(owner);
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = lane.ask(question('a'));
      await vi.advanceTimersByTimeAsync(1);
      await answer;
    }
    expect(owner.requests).toEqual([0, 1, 2, 3, 4].map((at) => ({ at, keys: 1 })));
  });

  it('keeps a distance of 8 ms between requests that several questions share', async () => {
    const owner = new Owner(1);
    await askEvery(laneTo(owner), 0.5, 80);
    const after = owner.requests.flatMap(({ at, keys }, index) => {
      const next = owner.requests[index + 1];
      return keys > 1 && next !== undefined ? [next.at - at] : [];
    });
    expect(after).toEqual(Array(after.length).fill(8));
    expect(after.length).toBeGreaterThanOrEqual(4);
    expect(owner.requests.reduce((sum, { keys }) => sum + keys, 0)).toBe(80);
  });

  it('does not wait further where an answer takes longer than the distance', async () => {
    const owner = new Owner(12);
    await askEvery(laneTo(owner), 1, 60);
    expect(owner.requests.slice(0, 5).map(({ at }) => at)).toEqual([0, 12, 24, 36, 48]);
  });

  it('asks at once again when nobody has asked for a while', async () => {
    const owner = new Owner(1);
    const lane = laneTo(owner);
    await askEvery(lane, 0.5, 20);
    const since = Date.now();
    await vi.advanceTimersByTimeAsync(50);
    const answer = lane.ask(question('late'));
    await vi.runAllTimersAsync();
    await answer;
    expect(owner.requests.at(-1)).toEqual({ at: since + 50, keys: 1 });
  });
});
