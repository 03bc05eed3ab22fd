import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/errors/error.js';
import { headerText, textHeader } from '../../src/record/headers.js';
import { standardLetter, type Failure } from '../../src/task/dead-letter.js';

const MIB = 1024 * 1024;

function failure(given: Partial<Failure> = {}): Failure {
  const cause = new TypeError('no such price');
  return {
    error: new MillraceError('PROCESSING_FAILED', 'a function failed', { node: 'prices', cause }),
    node: 'prices',
    task: '1_2',
    source: 'orders-source',
    topic: 'orders',
    partition: 2,
    offset: 41,
    timestamp: 1_000,
    headers: [textHeader('trace', 'id-7')],
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    ...given,
  };
}

describe('the standard dead letter', () => {
  it('has the bytes as they were read, the headers of the record, those of KIP-1034 in their order, and ours', () => {
    const letter = standardLetter(failure(), 'dead', MIB);
    expect(letter).toMatchObject({ topic: 'dead', key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 1_000 });
    expect(letter.headers.map(([key]) => key)).toEqual([
      'trace',
      '__streams.errors.exception',
      '__streams.errors.message',
      '__streams.errors.stacktrace',
      '__streams.errors.topic',
      '__streams.errors.partition',
      '__streams.errors.offset',
      'millrace.errors.node',
      'millrace.errors.task',
      'millrace.errors.source',
    ]);
    const text = (key: string): string | null => headerText(letter.headers, key);
    expect(text('__streams.errors.exception')).toBe('TypeError');
    expect(text('__streams.errors.message')).toBe('no such price');
    expect(text('__streams.errors.stacktrace')).toMatch(/a function failed \(in node prices\)[^]*caused by: TypeError/);
    expect([text('__streams.errors.topic'), text('__streams.errors.partition')]).toEqual(['orders', '2']);
    expect(text('__streams.errors.offset')).toBe('41');
    expect([text('millrace.errors.node'), text('millrace.errors.task')]).toEqual(['prices', '1_2']);
    expect(text('millrace.errors.source')).toBe('orders-source');
  });

  it('has no topic where no record is at hand, as the JVM writes it', () => {
    const letter = standardLetter(
      failure({
        topic: null,
        partition: -1,
        offset: -1,
        timestamp: -1,
        source: null,
        key: null,
        value: null,
        headers: [],
      }),
      'dead',
      MIB,
    );
    expect(letter.timestamp).toBeNull();
    expect(letter.headers.find(([key]) => key === '__streams.errors.topic')).toEqual(['__streams.errors.topic', null]);
    expect(headerText(letter.headers, '__streams.errors.offset')).toBe('-1');
    expect(letter.headers.some(([key]) => key === 'millrace.errors.source')).toBe(false);
  });

  it('bounds its headers, cutting through no character', () => {
    const cause = new Error('ä'.repeat(100_000));
    const error = new MillraceError('PROCESSING_FAILED', 'x'.repeat(100_000), { cause });
    const { headers } = standardLetter(failure({ error, headers: [['big', Buffer.alloc(MIB)]] }), 'dead', 4 * MIB);
    const size = headers.reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0), 0);
    expect(size).toBeLessThan(20 * 1024);
    expect(headerText(headers, '__streams.errors.message')).toMatch(/^ä+…$/);
    expect(headers.some(([key]) => key === 'big')).toBe(false);
    expect(headerText(headers, 'millrace.errors.truncated')).toContain('headers');
  });

  it('goes without the value that its topic does not take, and says so', () => {
    const value = Buffer.alloc(50_000);
    expect(standardLetter(failure({ value }), 'dead', 100_000).value).toBe(value);
    const cut = standardLetter(failure({ value }), 'dead', 40_000);
    expect(cut.value).toBeNull();
    expect(cut.key).toEqual(Buffer.from('k'));
    expect(headerText(cut.headers, 'millrace.errors.truncated')).toBe('value of 50000 bytes');
    const tiny = standardLetter(failure({ value, key: Buffer.alloc(60_000) }), 'dead', 40_000);
    expect([tiny.key, tiny.value]).toEqual([null, null]);
    expect(headerText(tiny.headers, 'millrace.errors.truncated')).toBe('key of 60000 bytes, value of 50000 bytes');
  });
});
