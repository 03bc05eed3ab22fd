import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { QuestionTurns } from '../../../src/worker/queries/question-turns.js';

describe('questions that follow each other', () => {
  it('are answered at once for some milliseconds, and then wait for the next turn', async () => {
    let time = 0;
    const turns = new QuestionTurns(() => time);
    expect(turns.wait()).toBeNull();
    time = 2.9;
    expect(turns.wait()).toBeNull();
    time = 3;
    const waits = turns.wait();
    expect(waits).not.toBeNull();
    expect(turns.wait()).toBe(waits);
    await waits;
    expect(turns.wait()).toBeNull();
  });

  it('begin anew in each turn', async () => {
    let time = 0;
    const turns = new QuestionTurns(() => time);
    for (; time < 20; time += 2) {
      expect(turns.wait()).toBeNull();
      await nextTurn();
    }
  });

  it('leave the thread to timers, however long somebody asks', async () => {
    const turns = new QuestionTurns();
    const over = new AbortController();
    setTimeout(() => {
      over.abort();
    }, 10);
    for (let given = 0; given < 10_000_000 && !over.signal.aborted; given += 1) await turns.wait();
    expect(over.signal.aborted).toBe(true);
  });
});
