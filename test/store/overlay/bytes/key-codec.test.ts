import { expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import { keyCodec } from '../../../../src/store/overlay/bytes/key-codec.js';

it.each([
  [serdes.string(), 7, 'store seen cannot use this key: a text is expected, not a number'],
  [serdes.string(), undefined, 'store seen cannot use this key: a text is expected, not undefined'],
  [serdes.string(), null, 'store seen cannot use this key: the key of a row in a store cannot be null'],
  [serdes.long(), 'k', 'store seen cannot use this key: a long must be a whole number'],
])('a key that the serde refuses is told with the store (%#)', (serde, key, message) => {
  const codec = keyCodec(serde, 'app-seen-changelog', 'seen');
  expect(() => codec.text(key)).toThrow(message);
  expect(() => codec.text(key)).toThrow(
    expect.objectContaining({ code: 'SERIALIZATION_FAILED', store: 'seen' }) as Error,
  );
});
