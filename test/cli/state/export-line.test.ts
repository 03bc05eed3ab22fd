import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../../src/cli/state/disk-rows.js';
import { headLine, readHead, readRow, rowLine, type ExportHead } from '../../../src/cli/state/export-line.js';
import { readInt64 } from '../../../src/store/overlay/bytes/int64.js';

const HEAD: ExportHead = {
  export: 'millrace-state',
  version: 1,
  application: 'orders',
  store: 'counted',
  kind: 'keyValue',
  format: 'timestamped',
};

function row(part: Partial<DiskRow>): DiskRow {
  const [key, value] = [Buffer.from('mill'), Buffer.from([0xff, 7])];
  const headers = [['h', Buffer.from('x')] as const, ['n', null] as const];
  const logged = { key, value, headers, timestamp: 77 };
  return { task: '0_1', partition: 1, key, value, timestamp: 77, headers, start: null, end: null, logged, ...part };
}

function readBack(one: DiskRow, kind: ExportHead['kind']): ReturnType<typeof readRow> {
  return readRow('f', 2, rowLine(one, 'mill', undefined).trimEnd(), { ...HEAD, kind });
}

describe('a line of an export', () => {
  it('is read back as it was', () => {
    expect(readHead('f', headLine(HEAD))).toEqual(HEAD);
    expect(readBack(row({}), 'keyValue')).toEqual({
      partition: 1,
      storeKey: Buffer.from('mill'),
      key: Buffer.from('mill'),
      value: Buffer.from([0xff, 7]),
      headers: [
        ['h', Buffer.from('x')],
        ['n', null],
      ],
      timestamp: 77,
    });
  });

  it('has the key that windows and sessions have in their changelog', () => {
    const { key: window } = readBack(row({ start: 60_000 }), 'window');
    expect([window.subarray(0, 4).toString(), readInt64(window, 4), window.readInt32BE(12), window.length]).toEqual([
      'mill',
      60_000,
      0,
      16,
    ]);
    const { key: session } = readBack(row({ start: 5, end: 9 }), 'session');
    expect([session.subarray(0, 4).toString(), readInt64(session, 4), readInt64(session, 12)]).toEqual(['mill', 9, 5]);
  });

  it('may delete', () => {
    const line = JSON.stringify({ partition: 0, key: 'bQ==', value: null, timestamp: 1 });
    expect(readRow('f', 2, line, HEAD)).toMatchObject({ value: null, headers: [] });
  });

  it.each([
    ['{', 'is no JSON object'],
    ['[]', 'has no key that is base64'],
    ['{"partition":0,"key":"?","value":"","timestamp":1}', 'has no key that is base64'],
    ['{"partition":0,"key":"","timestamp":1}', 'has no value that is base64'],
    ['{"partition":0,"key":"","value":"","timestamp":"1"}', 'has no timestamp that is a whole number'],
    ['{"partition":-1,"key":"","value":"","timestamp":1}', 'has a partition or timestamp below 0'],
    ['{"partition":0,"key":"","value":"","timestamp":1,"headers":[["a",1]]}', 'has no header that is base64'],
    ['{"partition":0,"key":"","value":"","timestamp":1,"headers":[7]}', 'has a header without a name'],
  ])('is refused: %s', (line, why) => {
    expect(() => readRow('rows.ndjson', 3, line, HEAD)).toThrow(`line 3 of rows.ndjson ${why}`);
  });

  it('needs its start where it is one of a window', () => {
    expect(() => readBack(row({}), 'window')).toThrow('has no start that is a whole number');
  });

  it.each([
    [{ ...HEAD, export: 'other' }, 'is not how millrace state export begins a file'],
    [{ ...HEAD, version: 2 }, 'is of version 2, and this one knows 1'],
    [{ ...HEAD, store: 7 }, 'does not name application, store and kind'],
    [{ ...HEAD, kind: 'suppressBuffer' }, 'whose rows cannot be put back alone'],
  ])('is refused as the first: %j', (head, why) => {
    expect(() => readHead('f', JSON.stringify(head))).toThrow(why);
  });
});
