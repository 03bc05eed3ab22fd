import { expect, it } from 'vitest';
import type { Headers } from '../../../../src/record/headers.js';
import { headersBytes, headersEnd, readHeaders } from '../../../../src/store/overlay/bytes/headers-bytes.js';

const HEADERS: Headers = [
  ['é', Buffer.from('x')],
  ['n', null],
  ['', Buffer.alloc(0)],
  ['long', Buffer.alloc(70, 'y')],
];

// What ValueTimestampHeadersSerializer of Kafka Streams 4.4.0 makes of these headers, the time 5 and the value v.
const JAVA = `b0010804c3a90278026e010000086c6f6e678c01${'79'.repeat(70)}000000000000000576`;

it('are the bytes of Kafka Streams', () => {
  expect(headersBytes(HEADERS).toString('hex')).toBe(JAVA.slice(0, -18));
  expect(headersBytes([]).toString('hex')).toBe('00');
});

it('are read where they stand, and nothing of the bytes is kept', () => {
  const bytes = Buffer.from(`ff${JAVA}`, 'hex');
  const read = readHeaders(bytes, 1);
  expect(bytes.subarray(headersEnd(bytes, 1)).toString('hex')).toBe('000000000000000576');
  bytes.fill(0);
  expect(read).toEqual(HEADERS);
  expect(readHeaders(Buffer.of(9, 0, 9), 1)).toEqual([]);
  expect(headersEnd(Buffer.of(9, 0, 9), 1)).toBe(2);
});
