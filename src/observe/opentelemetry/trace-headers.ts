/** Beside a record's way: the trace that a record belongs to, in its headers, as W3C Trace Context writes it. */
import { createTraceState, isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { headerText, textHeader, type Header, type Headers } from '../../record/headers.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';
const SAMPLED: number = TraceFlags.SAMPLED;
/** Versions after 00 may have more behind a hyphen; version ff is none. */
const PATTERN = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The last header of that name; null: none. Records without headers cost one comparison. */
export function traceparentOf(headers: Headers): Buffer | null {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const [name, value] = headers[at] as Header;
    if (name === TRACEPARENT) return value;
  }
  return null;
}

/** Whether who wrote it follows the record. Reads the last digit of the flags, so that nothing is made for records that nobody follows. */
export function isSampled(traceparent: Buffer): boolean {
  // Of 00-<32>-<16>-<2>, the last digit is the 55th byte.
  const digit = traceparent[54] ?? 0;
  const value = digit >= 0x61 ? digit - 0x57 : digit - 0x30;
  return traceparent.length >= 55 && (value & SAMPLED) !== 0;
}

/** Null for what is no traceparent: it is passed on as it is. */
export function parseTraceparent(text: string, state: string | null = null): SpanContext | null {
  const match = PATTERN.exec(text);
  if (match === null || (match[1] === '00' && match[5] !== undefined)) return null;
  const context: SpanContext = {
    traceId: match[2] as string,
    spanId: match[3] as string,
    traceFlags: parseInt(match[4] as string, 16) & SAMPLED,
    isRemote: true,
    ...(state !== null && state !== '' && { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(context) ? context : null;
}

/** What the headers of a record say; null where they say nothing. */
export function spanContextOf(headers: Headers): SpanContext | null {
  const text = headerText(headers, TRACEPARENT);
  return text === null ? null : parseTraceparent(text, headerText(headers, TRACESTATE));
}

export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${(traceFlags & SAMPLED).toString(16)}`;
}

/** The headers as one span hands them on; all others stay, in their order. */
export function headersWith(context: SpanContext, headers: Headers): Headers {
  const others = headers.filter(([name]) => name !== TRACEPARENT && name !== TRACESTATE);
  const state = context.traceState?.serialize() ?? '';
  return [
    ...others,
    textHeader(TRACEPARENT, formatTraceparent(context)),
    ...(state === '' ? [] : [textHeader(TRACESTATE, state)]),
  ];
}
