import { describe, expect, it } from 'vitest';
import { RecordContext } from '../../../../src/record/record-context.js';
import { serdes } from '../../../../src/serde/serdes.js';
import { keyCodec } from '../../../../src/store/overlay/bytes/key-codec.js';
import { valueCodec } from '../../../../src/store/overlay/bytes/value-codec.js';
import { WaitingKeys, WaitingLists, WaitingValues } from '../../../../src/store/overlay/join/waiting-codecs.js';

describe('keys of what waits', () => {
  const keys = new WaitingKeys(keyCodec(serdes.string(), 'topic', 'store'));

  it.each([
    [{ timestamp: 0, left: true, key: 'a' }, '00000000000000000161'],
    [{ timestamp: 0x1_0203_0405, left: false, key: 'é' }, '000000010203040500c3a9'],
    [{ timestamp: 1_700_000_000_000, left: true, key: '' }, '0000018bcfe5680001'],
  ])('%j', (key, hex) => {
    const text = keys.text(key);
    expect(keys.bytes(text, 0, 0).toString('hex')).toBe(hex);
    expect(keys.bytes(text, 2, 3).subarray(2, -3).toString('hex')).toBe(hex);
    expect(keys.textOf(Buffer.from(`ff${hex}ff`, 'hex'), 1, 1 + hex.length / 2)).toBe(text);
    expect(keys.key(text)).toEqual(key);
    expect(Buffer.from(keys.byteText(text), 'latin1').toString('hex')).toBe(hex);
    expect(keys.fromByteText(keys.byteText(text))).toBe(text);
    const sideAndKey = keys.sideAndKey(key.left, keys.innerText(key.key));
    expect(keys.rowOf(key.timestamp, sideAndKey)).toBe(text);
    expect(keys.innerKey(text)).toBe(key.key);
  });

  it('of other types than text are bytes', () => {
    const numbers = new WaitingKeys(keyCodec(serdes.long(), 'topic', 'store'));
    const text = numbers.row(1, false, numbers.innerText(258));
    expect(numbers.bytes(text, 0, 0).toString('hex')).toBe('0000000000000001000000000000000102');
    expect(numbers.key(text)).toEqual({ timestamp: 1, left: false, key: 258 });
  });
});

describe('values of what waits', () => {
  const context = new RecordContext();
  const lists = new WaitingLists(
    valueCodec(serdes.string(), 'topic', context),
    valueCodec(serdes.long(), 'topic', context),
  );

  it.each([
    [true, ['x'], '010000000100000002' + '0178'],
    [true, ['x', '', 'yz'], '0100000003' + '00000002' + '0178' + '00000001' + '01' + '00000003' + '01797a'],
    [false, [7], '0100000001' + '00000009' + '000000000000000007'],
  ])('left %s: %j', (left, values, hex) => {
    const held = new WaitingValues(
      left,
      values.map((value) => lists.of(left).hold(value)),
    );
    expect(lists.encode(held, 0).toString('hex')).toBe(hex);
    expect(lists.encode(held, 4).subarray(4).toString('hex')).toBe(hex);
    const decoded = lists.decode(Buffer.from(`ff${hex}`, 'hex'), 1, 1 + hex.length / 2);
    expect(decoded.left).toBe(left);
    expect(lists.give(decoded)).toEqual(values);
    expect(lists.size(held)).toBeGreaterThan(values.length);
  });
});
