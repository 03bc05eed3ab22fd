import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { HeldChangeQueue } from '../../../../src/store/overlay/suppress/held-change-queue.js';
import { HeldChange } from '../../../../src/store/overlay/suppress/held-change.js';

const change = (time: number, text: string): HeldChange => new HeldChange(text, text, time, null);

function drain(queue: HeldChangeQueue): string[] {
  const out: string[] = [];
  for (let first = queue.first; first !== undefined; first = queue.first) {
    out.push(`${first.byteText}@${String(first.time)}`);
    queue.removeFirst();
  }
  return out;
}

describe('HeldChangeQueue', () => {
  it('gives the earliest first, and of one time the lowest key', () => {
    const queue = new HeldChangeQueue();
    for (const one of [change(2, 'a'), change(1, 'b'), change(1, 'a'), change(3, ''), change(1, 'B')]) queue.add(one);
    expect(drain(queue)).toEqual(['B@1', 'a@1', 'b@1', 'a@2', '@3']);
    queue.removeFirst();
    expect(queue.first).toBeUndefined();
  });

  it('is empty when cleared', () => {
    const queue = new HeldChangeQueue();
    queue.add(change(1, 'a'));
    queue.clear();
    expect(queue.first).toBeUndefined();
  });

  it('gives what a sorted list gives, whatever comes and goes', () => {
    const step = fc.oneof(
      fc.record({ time: fc.integer({ min: 0, max: 20 }), text: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new HeldChangeQueue();
        const model: string[] = [];
        for (const one of steps) {
          if (one === null) {
            model.shift();
            queue.removeFirst();
          } else {
            queue.add(change(one.time, one.text));
            model.push(`${String(one.time).padStart(2, '0')} ${one.text}`);
            model.sort();
          }
          const first = queue.first;
          expect(first && `${String(first.time).padStart(2, '0')} ${first.text}`).toBe(model[0]);
        }
      }),
    );
  });
});
