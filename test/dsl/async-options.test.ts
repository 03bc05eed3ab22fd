import { describe, expect, it } from 'vitest';
import type { AsyncOptions } from '../../src/dsl/async-options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';

function stream() {
  return new StreamsBuilder().stream<string, string>('in');
}

describe('options of asynchronous operators', () => {
  it.each([
    [{ capacity: 0 }, 'option capacity of mapValuesAsync() must be a whole number of at least 1, not 0'],
    [{ order: 'value' }, "option order of mapValuesAsync() must be 'key' or 'none', not value"],
    [
      { retry: { attempts: 0 } },
      'option retry.attempts of mapValuesAsync() must be a whole number of at least 1, not 0',
    ],
    [{ retry: { times: 3 } }, 'times'],
    [{ timout: '1s' }, 'timeout'],
    [{ timeout: 'soon' }, 'timeout'],
  ])('refuses %j', (options, message) => {
    expect(() => stream().mapValuesAsync((value) => value, options as AsyncOptions)).toThrow(message);
  });

  it('counts up names like every other operator', () => {
    const builder = new StreamsBuilder();
    builder
      .stream<string, string>('in')
      .mapValuesAsync((value) => Promise.resolve(value))
      .asyncProcess(() => null, { name: 'own' })
      .peek(() => undefined);
    const text = String(builder.build());
    expect(text).toContain('KSTREAM-MAPVALUES-ASYNC-0000000001');
    expect(text).toContain('Processor: own ');
    expect(text).toContain('KSTREAM-PEEK-0000000003');
  });
});
