import { describe, expect, it } from 'vitest';
import { restoredOf } from '../../bench/restart/restored.js';

describe('what was restored', () => {
  it('is told by the lines of the application', () => {
    const said = [
      { line: '5 ms CREATED -> REBALANCING', atMs: 900 },
      { line: 'restoring app-sums-changelog 0 400 480', atMs: 1_000 },
      { line: 'restoring app-sums-changelog 1 7 7', atMs: 1_010 },
      { line: 'restored app-sums-changelog 1 0', atMs: 1_020 },
      { line: 'restored app-sums-changelog 0 75', atMs: 1_250 },
      { line: '900 ms REBALANCING -> RUNNING', atMs: 1_300 },
    ];
    expect(restoredOf(said)).toEqual({
      stretches: [
        { topic: 'app-sums-changelog', partition: 0, from: 400, to: 480 },
        { topic: 'app-sums-changelog', partition: 1, from: 7, to: 7 },
      ],
      records: 75,
      ms: 250,
    });
  });

  it('is nothing where nothing was said of it', () => {
    expect(restoredOf([{ line: '9 ms REBALANCING -> RUNNING', atMs: 10 }])).toEqual({
      stretches: [],
      records: 0,
      ms: 0,
    });
  });
});
