import { describe, expect, it } from 'vitest';
import { cursorOver, makeBatch, makeMarker, values } from './records.js';

interface Step {
  readonly producer: number;
  readonly value?: string;
  readonly key?: string;
  readonly end?: 'abort' | 'commit';
  readonly plain?: boolean;
}

/** One record or marker per step, at offsets 0, 1, 2, … */
async function log(steps: readonly Step[]): Promise<Buffer[]> {
  const batches: Buffer[] = [];
  for (const [offset, { producer, value = null, key = null, end, plain }] of steps.entries()) {
    const settings = { baseOffset: offset, producerId: producer, transactional: plain !== true };
    batches.push(end ? await makeMarker(end, producer, offset) : await makeBatch([{ key, value }], settings));
  }
  return batches;
}

describe('aborted transactions', () => {
  it('overlap: each is hidden from its first record to its marker, whatever the order of the list', async () => {
    const bytes = Buffer.concat(
      await log([
        { producer: 20, value: 'lost20' },
        { producer: 19, value: 'lost19' },
        { producer: 5, value: 'kept5' },
        { producer: 19, value: 'lost19 again' },
        { producer: 20, end: 'abort' },
        { producer: 20, value: 'kept20' },
        { producer: 19, end: 'abort' },
        { producer: 19, value: 'kept19' },
        { producer: 5, end: 'commit' },
        { producer: 20, end: 'commit' },
        { producer: 19, end: 'commit' },
      ]),
    );
    // As a broker lists them: in the order in which they ended.
    const aborted = [
      { producerId: 20, firstOffset: 0 },
      { producerId: 19, firstOffset: 1 },
    ];
    expect(values(cursorOver(bytes, { aborted }))).toEqual(['kept5', 'kept20', 'kept19']);
    expect(values(cursorOver(bytes, { aborted: [...aborted].reverse() }))).toEqual(['kept5', 'kept20', 'kept19']);
    expect(values(cursorOver(bytes))).toHaveLength(6);
  });

  it('repeat: several of one producer in a row, with a committed one between', async () => {
    const bytes = Buffer.concat(
      await log([
        { producer: 1, value: 'lost1' },
        { producer: 1, end: 'abort' },
        { producer: 1, value: 'kept' },
        { producer: 1, end: 'commit' },
        { producer: 1, value: 'lost2' },
        { producer: 1, end: 'abort' },
        { producer: 1, value: 'lost3' },
        { producer: 1, end: 'abort' },
      ]),
    );
    const aborted = [0, 4, 6].map((firstOffset) => ({ producerId: 1, firstOffset }));
    expect(values(cursorOver(bytes, { aborted }))).toEqual(['kept']);
  });

  it('do not end at a record whose key looks like a marker', async () => {
    const bytes = Buffer.concat(
      await log([
        { producer: 1, key: '\0\0\0\0', value: 'lost' },
        { producer: 1, value: 'lost too' },
        { producer: 1, end: 'abort' },
        { producer: 2, plain: true, key: '\0\0\0\0', value: 'kept' },
      ]),
    );
    expect(values(cursorOver(bytes, { aborted: [{ producerId: 1, firstOffset: 0 }] }))).toEqual(['kept']);
  });

  it('are hidden when the marker comes in a later fetch, and when the fetch starts in their middle', async () => {
    const batches = await log([
      { producer: 1, value: 'lost1' },
      { producer: 1, value: 'lost2' },
      { producer: 1, value: 'lost3' },
      { producer: 1, end: 'abort' },
      { producer: 1, value: 'kept' },
    ]);
    const aborted = [{ producerId: 1, firstOffset: 0 }];
    expect(values(cursorOver(Buffer.concat(batches.slice(0, 2)), { aborted }))).toEqual([]);
    expect(values(cursorOver(Buffer.concat(batches.slice(2)), { aborted, from: 2 }))).toEqual(['kept']);
    expect(values(cursorOver(Buffer.concat(batches.slice(3)), { aborted, from: 3 }))).toEqual(['kept']);
  });

  it('leave records alone that are not transactional, even of the same producer id', async () => {
    const bytes = Buffer.concat(
      await log([
        { producer: 1, value: 'lost' },
        { producer: 1, plain: true, value: 'kept' },
        { producer: 1, end: 'abort' },
      ]),
    );
    expect(values(cursorOver(bytes, { aborted: [{ producerId: 1, firstOffset: 0 }] }))).toEqual(['kept']);
  });
});
