import { describe, expect, it } from 'vitest';
import { RecordContext } from '../../src/record/record-context.js';
import { Turn } from '../../src/record/turn.js';
import { steppedSlice } from '../time/stepped-slice.js';

const always = (): boolean => true;

/** Emits `to` things in a row, each with what `inner` makes of it. */
function emitter(turn: Turn, name: string, to: number, seen: string[], inner?: (at: number) => void): () => void {
  return () => {
    let at = 0;
    const goOn = (): boolean => {
      while (at < to) {
        seen.push(`${name}${String(at)}`);
        at += 1;
        inner?.(at - 1);
        if (at < to && turn.ended()) return false;
      }
      return true;
    };
    if (!goOn()) turn.later(goOn);
  };
}

function runToTheEnd(turn: Turn): number {
  for (let rounds = 1; ; rounds += 1) {
    turn.slice.begin();
    if (turn.goOn(always)) return rounds;
  }
}

describe('Turn', () => {
  it('finishes what was cut off in the order in which it would have come without a break', () => {
    const inOneGo: string[] = [];
    const whole = new Turn(new RecordContext());
    emitter(whole, 'a', 4, inOneGo, () => {
      emitter(whole, 'b', 3, inOneGo, () => {
        emitter(whole, 'c', 2, inOneGo)();
      })();
    })();
    expect(whole.unfinished).toBe(false);
    for (const steps of [1, 2, 3, 5, 7]) {
      const seen: string[] = [];
      const turn = new Turn(new RecordContext(), steppedSlice(steps));
      turn.slice.begin();
      emitter(turn, 'a', 4, seen, () => {
        emitter(turn, 'b', 3, seen, () => {
          emitter(turn, 'c', 2, seen)();
        })();
      })();
      expect(turn.unfinished).toBe(true);
      expect(runToTheEnd(turn)).toBeGreaterThan(1);
      expect(turn.unfinished).toBe(false);
      expect(seen).toEqual(inOneGo);
    }
  });

  it('goes on in the record context that was left', () => {
    const record = new RecordContext();
    const turn = new Turn(record, steppedSlice(1));
    record.set('t', 1, 5, 100, []);
    turn.later(() => {
      expect([record.topic, record.offset, record.timestamp]).toEqual(['t', 5, 100]);
      record.timestamp = 7;
      return true;
    });
    record.set('u', 2, 6, 200, []);
    turn.slice.begin();
    expect(turn.goOn(always)).toBe(true);
    expect.assertions(2);
  });

  it('stops between two pieces when it may not go on', () => {
    const turn = new Turn(new RecordContext());
    const seen: string[] = [];
    for (const name of ['inner', 'outer']) turn.later(() => seen.push(name) > 0);
    expect(turn.goOn(() => false)).toBe(false);
    expect(seen).toEqual(['inner']);
    expect(turn.goOn(() => false)).toBe(true);
    expect(seen).toEqual(['inner', 'outer']);
  });
});
