import { assert, nat, array, boolean, property, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { FrameFilter } from '../../../src/local-kafka/proxy/frame-filter.js';

function frame(body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(body), 0);
  return Buffer.concat([length, Buffer.from(body)]);
}

it('drops whole frames only: one that has begun to pass goes on, one that has begun to be dropped does not', () => {
  const filter = new FrameFilter();
  const stream = Buffer.concat([frame('first'), frame('second'), frame('third')]);
  const passed = [
    filter.pass(stream.subarray(0, 6), false),
    filter.pass(stream.subarray(6, 12), true),
    filter.pass(stream.subarray(12, 17), false),
    filter.pass(stream.subarray(17), false),
  ];
  expect(Buffer.concat(passed)).toEqual(Buffer.concat([frame('first'), frame('third')]));
});

it('passes what was not dropped as it came, however it is split', () => {
  assert(
    property(array(tuple(nat(9), boolean()), { maxLength: 12 }), array(nat(7)), (frames, steps) => {
      const filter = new FrameFilter();
      const passed: Buffer[] = [];
      const expected: Buffer[] = [];
      let step = 0;
      for (const [length, dropped] of frames) {
        const bytes = frame('x'.repeat(length));
        if (!dropped) expected.push(bytes);
        for (let at = 0; at < bytes.length;) {
          const to = at + 1 + (steps[step++ % Math.max(1, steps.length)] ?? 0);
          // What it is told within a frame does not matter.
          passed.push(filter.pass(bytes.subarray(at, to), at === 0 ? dropped : !dropped));
          at = to;
        }
      }
      expect(Buffer.concat(passed)).toEqual(Buffer.concat(expected));
    }),
  );
});
