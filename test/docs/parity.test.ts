import { expect, test } from 'vitest';
import { PARITY } from '../../scripts/docs/parity/all.js';
import { exportedNames } from '../../scripts/docs/parity/doors.js';

const exported = exportedNames();
const rows = PARITY.flatMap((section) => section.rows);

test('what the doors export is found', () => {
  expect(exported.has('KStream.filter')).toBe(true);
  expect(exported.has('KStream.then')).toBe(false);
  expect(exported.has('TimeWindows.of')).toBe(true);
  expect(exported.has('TableOptions.offsetReset')).toBe(true);
  expect(exported.has('serdes.long')).toBe(true);
  expect(exported.has('TestClock')).toBe(true);
});

test('everything that docs/parity.md says is done is there', () => {
  expect(rows.flatMap(({ ours }) => ours).filter((name) => !exported.has(name))).toEqual([]);
});

test('a row says where a thing is, or why it is not', () => {
  expect(rows.filter(({ ours, missing }) => ours.length === 0 && missing === undefined)).toEqual([]);
  const titles = rows.map(({ theirs }) => theirs);
  expect(new Set(titles).size).toBe(titles.length);
});

test('what is said to be missing is not there', () => {
  const awaited = rows.flatMap(({ awaited = [] }) => awaited);
  expect(awaited.filter((name) => exported.has(name))).toEqual([]);
});
