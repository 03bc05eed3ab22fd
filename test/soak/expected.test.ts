import { describe, expect, it } from 'vitest';
import { ExpectedCopies, ExpectedPairs, ExpectedWindows } from './expected.js';

describe('windows', () => {
  const windows = (): ExpectedWindows => {
    const expected = new ExpectedWindows(10);
    for (const [key, at] of [
      ['a', 0],
      ['a', 9],
      ['a', 10],
      ['b', 5],
    ] as const) {
      expected.input(key, at);
    }
    return expected;
  };

  it('are right when every window has its count once', () => {
    const expected = windows();
    expected.result('a', '0 2');
    expected.result('a', '10 1');
    expected.result('b', '0 1');
    expect(expected.check()).toEqual({ expected: 3, exact: 3, lost: 0, repeated: 0, unexplained: 0 });
  });

  it('are lost when a count is missing or too low, repeated when it is too high or comes twice', () => {
    const expected = windows();
    expected.result('a', '0 1');
    expected.result('b', '0 2');
    expected.result('b', '0 2');
    expected.result('c', '0 1');
    expect(expected.check()).toEqual({ expected: 3, exact: 0, lost: 2, repeated: 2, unexplained: 1 });
  });
});

describe('pairs', () => {
  const pairs = (): ExpectedPairs => {
    const expected = new ExpectedPairs(5, 10);
    expected.click('a', '10', 100);
    expected.click('a', '11', 100);
    expected.click('b', '20', 100);
    expected.view('a', 'v1', 105);
    expected.view('a', 'v2', 106);
    expected.view('b', 'v3', 95);
    return expected;
  };

  it('are those of one key within the window', () => {
    const expected = pairs();
    expected.result('10 v1');
    expected.result('20 v3');
    expect(expected.check()).toEqual({ expected: 2, exact: 2, lost: 0, repeated: 0, unexplained: 0 });
  });

  it('are lost, repeated or unexplained', () => {
    const expected = pairs();
    expected.result('10 v1');
    expected.result('10 v1');
    expected.result('10 v2');
    expect(expected.check()).toEqual({ expected: 2, exact: 0, lost: 1, repeated: 1, unexplained: 1 });
  });
});

it('copies must be there when they were acknowledged, and may be there when they were sent', () => {
  const expected = new ExpectedCopies();
  for (const value of ['c1', 'c2', 'c3', 'c4']) expected.sent(value);
  for (const value of ['c1', 'c2', 'c3']) expected.acknowledged(value);
  for (const value of ['c1', 'c2', 'c2', 'c4', 'x']) expected.result(value);
  expect(expected.check()).toEqual({ expected: 3, exact: 1, lost: 1, repeated: 1, unexplained: 1 });
});
