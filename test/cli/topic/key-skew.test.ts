import { expect, it } from 'vitest';
import { KeyCounter } from '../../../src/cli/topic/key-skew.js';

it('finds the keys that come most often, whatever their bytes', () => {
  const counter = new KeyCounter();
  const long = Buffer.alloc(300, 0xff);
  const keys = [long, Buffer.of(0xff), long, null, Buffer.of(0x80), long, Buffer.of(0xff), Buffer.of(0xfe)];
  for (const [offset, key] of keys.entries()) {
    const value = offset === 3 ? null : Buffer.from('v');
    counter.add({ topic: 't', partition: 0, offset, timestamp: 1_000 - offset, key, value, headers: [] });
  }
  expect(counter.result()).toEqual({
    records: 8,
    withoutKey: 1,
    tombstones: 1,
    differentKeys: 4,
    earliest: 993,
    latest: 1_000,
    top: [
      { key: long, records: 3, share: 3 / 8 },
      { key: Buffer.of(0xff), records: 2, share: 2 / 8 },
    ],
  });
});
