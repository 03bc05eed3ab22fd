import { describe, expect, it } from 'vitest';
import { textHeader } from '../../../src/record/headers.js';
import {
  formatTraceparent,
  headersWith,
  isSampled,
  parseTraceparent,
  spanContextOf,
  traceparentOf,
} from '../../../src/observe/opentelemetry/trace-headers.js';
import { PARENT, sampled, TRACE } from './recorded-spans.js';

const TEXT = `00-${TRACE}-${PARENT}-01`;

describe('the trace of a record', () => {
  it('is read from the last header of its name', () => {
    const headers = [textHeader('traceparent', 'old'), textHeader('other', 'x'), ...sampled()];
    expect(traceparentOf(headers)?.toString()).toBe(TEXT);
    expect(spanContextOf(headers)).toEqual({ traceId: TRACE, spanId: PARENT, traceFlags: 1, isRemote: true });
    expect(traceparentOf([])).toBeNull();
    expect(traceparentOf([['traceparent', null]])).toBeNull();
  });

  it.each([
    ['01', true],
    ['00', false],
    ['03', true],
    ['02', false],
    ['ff', true],
  ])('with the flags %s is followed: %s', (flags, followed) => {
    expect(isSampled(Buffer.from(`00-${TRACE}-${PARENT}-${flags}`))).toBe(followed);
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-${flags}`)?.traceFlags).toBe(followed ? 1 : 0);
  });

  it.each([
    '',
    'x',
    TEXT.slice(0, -1),
    `${TEXT}-more`,
    TEXT.toUpperCase(),
    `ff${TEXT.slice(2)}`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])('is not there in %s', (text) => {
    expect(parseTraceparent(text)).toBeNull();
  });

  it('of a later version is read as far as this one goes', () => {
    expect(parseTraceparent(`01${TEXT.slice(2)}-more`)).toMatchObject({ traceId: TRACE, spanId: PARENT });
  });

  it('is written as it was read, in place of what there was; other headers stay', () => {
    const context = parseTraceparent(TEXT, 'vendor=one')!;
    expect(formatTraceparent(context)).toBe(TEXT);
    const kept = textHeader('kept', 'yes');
    const given = [textHeader('tracestate', 'old=1'), ...sampled(TRACE, '1111111111111111'), kept];
    expect(headersWith(context, given)).toEqual([
      kept,
      textHeader('traceparent', TEXT),
      textHeader('tracestate', 'vendor=one'),
    ]);
  });
});
