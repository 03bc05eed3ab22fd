import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { geometryOf, WindowGeometry } from '../../../../src/store/overlay/window/window-geometry.js';
import { spec } from '../../state-bench.js';

const geometry = fc
  .record({
    retentionMs: fc.integer({ min: 1, max: 1_000_000 }),
    windowSizeMs: fc.nat(100_000),
    segmentIntervalMs: fc.option(fc.integer({ min: 1, max: 500_000 }), { nil: undefined }),
    exact: fc.boolean(),
    showsLast: fc.boolean(),
  })
  .map((times) => new WindowGeometry(times));

describe('WindowGeometry', () => {
  it('puts every start into the one row that reaches over it', () => {
    fc.assert(
      fc.property(geometry, fc.nat(2_000_000_000), (time, start) => {
        const row = time.rowOf(start);
        expect(time.rowStart(row)).toBeLessThanOrEqual(start);
        expect(time.rowEnd(row)).toBeGreaterThan(start);
        expect(time.rowOf(time.rowStart(row))).toBe(row);
        expect(time.rowOf(time.rowEnd(row))).toBe(row + 1);
      }),
    );
  });

  it('finds the row of one start after the other as it finds that of one', () => {
    const starts = fc.array(fc.oneof(fc.integer({ min: -10, max: 300_000 }), fc.nat(2_000_000_000)), { minLength: 1 });
    fc.assert(
      fc.property(geometry, starts, (time, all) => {
        for (const start of [...all, Number.POSITIVE_INFINITY, ...all]) {
          if (Number.isFinite(start)) expect(time.rowAt(start)).toBe(time.rowOf(start));
          else time.rowAt(start);
        }
      }),
    );
  });

  it('lets no row reach over the end of a segment, so that it expires with it', () => {
    fc.assert(
      fc.property(geometry, fc.nat(1000), (time, segment) => {
        expect(time.rowStart(time.rowOf(segment * time.segmentMs))).toBe(segment * time.segmentMs);
      }),
    );
  });

  it('has the segments of Kafka Streams: half the retention, at least a minute', () => {
    const of = (retentionMs: number): number =>
      geometryOf(spec({ name: 'w', kind: 'window', retentionMs, windowSizeMs: 1 })).segmentMs;
    expect([of(15_000), of(120_001), of(86_400_000)]).toEqual([60_000, 60_000, 43_200_000]);
  });
});
