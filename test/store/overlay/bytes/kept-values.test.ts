import { describe, expect, it } from 'vitest';
import { RecordContext } from '../../../../src/record/record-context.js';
import { serdes } from '../../../../src/serde/serdes.js';
import { KeptValues } from '../../../../src/store/overlay/bytes/kept-values.js';
import { valueCodec } from '../../../../src/store/overlay/bytes/value-codec.js';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';

const HEADERS: Headers = [['trace', Buffer.from('7')]];

function open(keepsHeaders: boolean): { readonly kept: KeptValues; readonly context: RecordContext } {
  const context = new RecordContext();
  return {
    kept: new KeptValues('prices', valueCodec(serdes.double(), 'topic', context), keepsHeaders, context),
    context,
  };
}

describe('values as a store keeps them', () => {
  it('says of which store a value cannot be written, and why', () => {
    for (const keepsHeaders of [false, true]) {
      expect(() => open(keepsHeaders).kept.hold('much')).toThrow(
        expect.objectContaining({
          code: 'SERIALIZATION_FAILED',
          store: 'prices',
          message: expect.stringMatching(/^store prices cannot write a value: ./) as string,
        }),
      );
    }
  });

  it('are logged without headers by a store that keeps none, whatever the record has', () => {
    const { kept, context } = open(false);
    context.headers = HEADERS;
    const held = kept.hold(1.5);
    expect(kept.codec.give(held)).toBe(1.5);
    expect([kept.loggedHeaders(held), kept.loggedHeaders(null)]).toEqual([NO_HEADERS, NO_HEADERS]);
    expect(kept.restored(kept.logged(held), HEADERS)).toBe(held);
  });

  it('are logged with their own headers, deletions with those of the record', () => {
    const { kept, context } = open(true);
    context.headers = [['of', Buffer.from('the record')]];
    const held = kept.holdWithHeaders(1.5, HEADERS);
    expect(kept.loggedHeaders(held)).toEqual(HEADERS);
    expect(kept.loggedHeaders(kept.hold(2))).toEqual(NO_HEADERS);
    expect(kept.loggedHeaders(null)).toBe(context.headers);
    const back = kept.restored(kept.logged(held), HEADERS);
    expect([kept.codec.give(back), kept.loggedHeaders(back)]).toEqual([1.5, HEADERS]);
  });

  it('keep copies of headers, and refuse what is none', () => {
    const { kept } = open(true);
    const bytes = Buffer.from('7');
    const held = kept.holdWithHeaders(1, [['trace', bytes]]);
    bytes.write('8');
    expect(kept.loggedHeaders(held)).toEqual(HEADERS);
    expect(() => kept.holdWithHeaders(1, [['trace', 7 as never]])).toThrow(
      expect.objectContaining({ code: 'HEADER_INVALID' }),
    );
  });
});
