import { expect, it } from 'vitest';
import { QuestionWait } from '../../../src/worker/loop/question-wait.js';

it('takes a question that comes when tasks give way for one that came when they began, and any other for one that waits for nobody', () => {
  const waits: number[] = [];
  let now = 100;
  const wait = new QuestionWait({ observe: (milliseconds) => waits.push(milliseconds) }, () => now);
  wait.asked();
  wait.round(now);
  now += 10;
  wait.gives();
  now += 2;
  wait.asked();
  wait.asked();
  // The next round finds nothing to do: what is asked while it sleeps is answered at once.
  wait.round(now);
  now += 90;
  wait.asked();
  expect(waits).toEqual([0, 12, 12, 0]);
});
