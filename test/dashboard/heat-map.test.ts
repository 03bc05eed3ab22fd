import { describe, expect, it } from 'vitest';
import { heatMapOf, LEVELS } from '../../dashboard/heat-map.js';

const window = (key: unknown, start: number, value: unknown) => ({ key, value, start, end: start + 60 });

describe('a heat map', () => {
  it('has a column for each start, and colours by numbers where all values are some', () => {
    const map = heatMapOf([window('a', 0, 1), window('b', 60, '9'), window('a', 120, 5), window('a', 60, 9)]);
    expect(map).toEqual({
      measure: 'value',
      columns: [0, 60, 120].map((from) => ({ from, to: from + 60 })),
      least: 1,
      most: 9,
      left: 0,
      keys: [
        {
          key: 'a',
          cells: [
            { value: 1, level: 1 },
            { value: 9, level: LEVELS },
            { value: 5, level: 4 },
          ],
        },
        {
          key: 'b',
          cells: [
            { value: null, level: 0 },
            { value: 9, level: LEVELS },
            { value: null, level: 0 },
          ],
        },
      ],
    });
  });

  it('counts windows where values are no numbers, in stretches where there are many starts', () => {
    const map = heatMapOf(Array.from({ length: 100 }, (_, i) => window({ id: 1 }, i * 10, { total: i })));
    expect(map?.measure).toBe('count');
    expect(map?.columns).toHaveLength(24);
    const [row] = map?.keys ?? [];
    expect(row?.key).toBe('{"id":1}');
    expect(row?.cells.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(100);
  });

  it('shows the keys with the highest values, and says how many are left out', () => {
    const map = heatMapOf(Array.from({ length: 50 }, (_, i) => window(`key ${String(i)}`, 0, i)));
    expect([map?.keys[0]?.key, map?.keys.length, map?.left]).toEqual(['key 49', 30, 20]);
  });

  it('is none of rows without a start', () => {
    expect(heatMapOf([{ key: 'a', value: 1 }])).toBeNull();
  });
});
