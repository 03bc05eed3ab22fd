import { describe, expect, it } from 'vitest';
import type { FixedKeyProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { FixedKeyProcessor } from '../../../src/processor/api/processor.js';
import type { FixedKeyRecord } from '../../../src/processor/api/record.js';
import { timeline } from '../timeline.js';

function processing(
  process: (record: FixedKeyRecord<string, string>, context: FixedKeyProcessorContext<string, string>) => void,
): () => FixedKeyProcessor<string, string, string> {
  return () => {
    let given: FixedKeyProcessorContext<string, string>;
    return {
      init: (context) => {
        given = context;
      },
      process: (record) => {
        process(record, given);
      },
    };
  };
}

describe('processValues', () => {
  it('forwards any number of records of one key', () => {
    const { feed } = timeline((input) =>
      input.processValues(
        processing((record, context) => {
          context.forward(record);
          context.forward(record.withValue(record.value.toUpperCase()).withTimestamp(record.timestamp + 1));
        }),
      ),
    );
    expect(feed('a=x@1')).toBe('a=x@1 a=X@2');
  });

  it('does not let keys be changed by those who go around the compiler', () => {
    const { feed } = timeline((input) =>
      input.processValues(
        processing((record, context) => {
          context.forward({ key: 'b', value: record.value, timestamp: 1 } as unknown as FixedKeyRecord<string, string>);
        }),
      ),
    );
    expect(() => feed('a=x@1')).toThrow(/processValues\(\) cannot change keys/);
    const { feed: feedOther } = timeline((input) =>
      input.processValues(
        processing((record, context) => {
          (record as { key: string }).key = 'b';
          context.forward(record);
        }),
      ),
    );
    expect(() => feedOther('a=x@1')).toThrow(/key.*getter/);
  });
});
