/** The real SDK of OpenTelemetry, which keeps what it is given in memory. */
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import type { BasicTracerProvider as Provider } from '@opentelemetry/sdk-trace-base';
import { textHeader, headerText, type Headers } from '../../../src/record/headers.js';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const OTHER_TRACE = '1bf7651916cd43dd8448eb211c80319d';
export const PARENT = 'b7ad6b7169203331';

export interface Recorded {
  readonly provider: Provider;
  /** Those that have ended. */
  readonly spans: (name?: string) => readonly ReadableSpan[];
}

export function recorded(): Recorded {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return {
    provider,
    spans: (name) => exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name),
  };
}

export function sampled(trace = TRACE, parent = PARENT, flags = '01'): Headers {
  return [textHeader('traceparent', `00-${trace}-${parent}-${flags}`)];
}

/** Trace and span that headers name. */
export function traceIn(headers: Headers): { readonly trace: string; readonly span: string } | null {
  const parts = headerText(headers, 'traceparent')?.split('-');
  return parts === undefined ? null : { trace: parts[1] as string, span: parts[2] as string };
}
