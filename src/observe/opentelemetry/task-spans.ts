/** Beside a record's way: the spans of one task, of its turns and of the records in them that somebody follows. */
import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import type { TaskTracing } from '../telemetry.js';
import { headersWith, isSampled, parseTraceparent, spanContextOf, traceparentOf } from './trace-headers.js';

/** Of the records of one turn. */
const MOST_LINKS = 128;
/** More than a turn has. */
const WHOLE_TURN = 1_000_000;

export interface SpanSettings {
  readonly tracer: Tracer;
  /** Of turns, at most so many spans a second; 0: none. */
  readonly batchesPerSecond: number;
  /** Share of the records without a trace that begin one, 0 to 1. */
  readonly startTraces: number;
  readonly application: string;
  readonly task: string;
}

export class TaskSpans implements TaskTracing {
  unasked = 0;
  private readonly common: Attributes;
  /** Of records without a trace, how many come before the next one that begins one. */
  private gap: number;
  /** What `unasked` was when it was set. */
  private allowed = 0;
  private batch: Span | null = null;
  /** From when on a turn may have a span, ms. */
  private batchDue = 0;
  private records = 0;
  private links = 0;
  /** Of the record at hand; null: nobody follows it, or it is done. */
  private span: Span | null = null;
  private spanContext: Context = ROOT_CONTEXT;

  constructor(private readonly settings: SpanSettings) {
    this.common = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': settings.application,
      'millrace.task': settings.task,
    };
    this.gap = gapOf(settings.startTraces);
  }

  taken(topic: string, partition: number, offset: number, headers: Headers): Headers {
    this.countPassed();
    if (this.span !== null) this.endRecord();
    if (this.records === 0) this.batch = this.startBatch();
    this.records += 1;
    const given = traceparentOf(headers);
    const parent = given !== null && isSampled(given) ? spanContextOf(headers) : null;
    if (parent === null && (given !== null || !this.beginsTrace())) {
      this.unasked = this.allowed = Math.min(this.gap, WHOLE_TURN);
      return headers;
    }
    return this.startRecord(topic, partition, offset, headers, parent);
  }

  within(call: () => void): void {
    context.with(this.spanContext, call);
  }

  processed(goesOn: boolean): void {
    if (!goesOn) this.endRecord();
  }

  failed(error: unknown): void {
    if (this.span !== null) fail(this.span, error);
  }

  traceOf(headers: Headers): string | null {
    const given = traceparentOf(headers);
    return given !== null && isSampled(given) ? given.toString('latin1') : null;
  }

  merged(node: string, headers: Headers, others: readonly string[]): Headers {
    const own = spanContextOf(headers);
    const known = others.map((text) => parseTraceparent(text)).filter((one) => one !== null);
    // A result that a record brings about which nobody follows belongs to the last one in it that somebody does.
    const parent = own !== null && (own.traceFlags & TraceFlags.SAMPLED) !== 0 ? own : known.at(-1);
    const linked = known.filter((one) => one.spanId !== parent?.spanId);
    if (parent === undefined || (linked.length === 0 && parent === own)) return headers;
    const links: Link[] = linked.map((one) => ({ context: one }));
    const attributes = { 'millrace.task': this.settings.task, 'millrace.node': node };
    const span = this.settings.tracer.startSpan(
      `merge ${node}`,
      { kind: SpanKind.INTERNAL, links, attributes },
      trace.setSpanContext(ROOT_CONTEXT, parent),
    );
    span.end();
    return headersWith(span.spanContext(), headers);
  }

  turnEnded(unfinished: boolean): void {
    if (unfinished) return;
    this.countPassed();
    if (this.span !== null) this.endRecord();
    this.endBatch();
  }

  close(): void {
    this.countPassed();
    if (this.span !== null) this.endRecord();
    this.endBatch();
  }

  private beginsTrace(): boolean {
    if (this.gap > 0) {
      this.gap -= 1;
      return false;
    }
    this.gap = gapOf(this.settings.startTraces);
    return true;
  }

  private countPassed(): void {
    const passed = this.allowed - this.unasked;
    this.records += passed;
    this.gap -= passed;
    this.unasked = this.allowed = 0;
  }

  /** Null: this turn has none. */
  private startBatch(): Span | null {
    const { tracer, batchesPerSecond } = this.settings;
    if (batchesPerSecond === 0) return null;
    const now = performance.now();
    if (now < this.batchDue) return null;
    this.batchDue = now + 1000 / batchesPerSecond;
    return tracer.startSpan(
      'process batch',
      { kind: SpanKind.CONSUMER, root: true, attributes: this.common },
      ROOT_CONTEXT,
    );
  }

  private startRecord(
    topic: string,
    partition: number,
    offset: number,
    headers: Headers,
    parent: SpanContext | null,
  ): Headers {
    const { batch } = this;
    const { common } = this;
    // Written out: to spread them would cost more than the rest of this method.
    const attributes = {
      'messaging.system': common['messaging.system'],
      'messaging.operation.name': common['messaging.operation.name'],
      'messaging.operation.type': common['messaging.operation.type'],
      'messaging.consumer.group.name': common['messaging.consumer.group.name'],
      'millrace.task': common['millrace.task'],
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.kafka.offset': offset,
    };
    const links = batch === null ? [] : [{ context: batch.spanContext() }];
    const parentContext = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const options = { kind: SpanKind.CONSUMER, attributes, links };
    const span = this.settings.tracer.startSpan(`process ${topic}`, options, parentContext);
    const own = span.spanContext();
    // Without an SDK there is nothing to hand on.
    if (!isSpanContextValid(own) || own.spanId === parent?.spanId) return headers;
    this.span = span;
    this.spanContext = trace.setSpan(parentContext, span);
    if (batch !== null && this.links < MOST_LINKS) {
      this.links += 1;
      batch.addLink({ context: own });
    }
    return headersWith(own, headers);
  }

  private endRecord(): void {
    this.span?.end();
    this.span = null;
    this.spanContext = ROOT_CONTEXT;
  }

  private endBatch(): void {
    this.batch?.setAttribute('messaging.batch.message_count', this.records);
    this.batch?.end();
    this.batch = null;
    this.records = 0;
    this.links = 0;
  }
}

/** As many as come before the next one where each has that chance, at random: what one draw for each would give, by one draw. */
function gapOf(chance: number): number {
  if (chance >= 1) return 0;
  return chance > 0 ? Math.floor(Math.log(1 - Math.random()) / Math.log1p(-chance)) : Number.POSITIVE_INFINITY;
}

/** The message may be one of the application's own, with a record in it: code and place are all that is told. */
function fail(span: Span, error: unknown): void {
  const code = MillraceError.is(error) ? error.code : 'PROCESSING_FAILED';
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  span.setAttribute('error.type', code);
  if (MillraceError.is(error) && error.node !== undefined) span.setAttribute('millrace.node', error.node);
}
